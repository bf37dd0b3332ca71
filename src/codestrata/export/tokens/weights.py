"""Weights of the estimate of tokens: tokens for each word or mark, byte and line. Made by scripts/calibrate_tokens.py.

How far off, for repositories that the weights were not made from:

cl100k.tiktoken: 0.975 of the mean
o200k.tiktoken: 0.981 of the mean
deepseek.json: 1.044 of the mean
10128 files, 44.8 MB, 51 repositories; off (median, nine of
ten): 0.066, 0.204 per file of more than 100 tokens; total -0.049
0.064, 0.256 per repository and language of more than 5,000
Python: 0.050, 0.133
Rust: 0.032, 0.089
C: 0.068, 0.206
C++: 0.100, 0.163
Java: 0.020, 0.072
Go: 0.045, 0.113
JavaScript: 0.101, 0.290
TypeScript: 0.046, 0.115
Markdown: 0.044, 0.118
JSON: 0.088, 0.195
YAML: 0.055, 0.141
"""

from __future__ import annotations

from collections.abc import Mapping

Weights = tuple[float, float, float]

#: For languages that are not named below.
DEFAULT: Weights = (0.5577, 0.1118, 0.7226)
WEIGHTS: Mapping[str, Weights] = {
    "Batchfile": (0.6122, 0.1271, 1.1810),
    "C": (0.6563, 0.1171, 0.7062),
    "C++": (0.5586, 0.1321, 0.3567),
    "CMake": (0.5376, 0.1261, 1.2524),
    "CSS": (0.6003, 0.1212, 0.6748),
    "Diff": (0.6359, 0.1215, 0.6414),
    "EJS": (0.5162, 0.0996, 0.4517),
    "Go": (0.5106, 0.1201, 0.6644),
    "Go Module": (0.6221, 0.1336, 1.2899),
    "HCL": (0.5161, 0.1216, 0.9043),
    "HTML": (0.5538, 0.1165, 0.3526),
    "Hack": (0.5408, 0.1080, 0.5305),
    "INI": (0.5630, 0.1188, 0.6919),
    "Ignore List": (0.5011, 0.1059, 0.9814),
    "JSON": (0.5272, 0.1218, 1.2922),
    "JSON with Comments": (0.5579, 0.1131, 0.7549),
    "Java": (0.5019, 0.1135, 0.2789),
    "Java Properties": (0.5394, 0.1080, 0.5508),
    "JavaScript": (0.4630, 0.1009, 1.1193),
    "Makefile": (0.5927, 0.1284, 1.0342),
    "Markdown": (0.5308, 0.1090, 0.4167),
    "Maven POM": (0.5421, 0.1053, 0.5829),
    "PHP": (0.5381, 0.1060, 0.5520),
    "Perl": (0.6701, 0.1150, 1.2329),
    "PowerShell": (0.5405, 0.1074, 0.5937),
    "Python": (0.5736, 0.1105, 0.4750),
    "Roff": (0.7081, 0.1167, 0.0000),
    "Ruby": (0.5550, 0.1131, 0.7776),
    "Rust": (0.5220, 0.0993, 0.4878),
    "SCSS": (0.5555, 0.1100, 0.6891),
    "SVG": (0.5763, 0.1193, 1.0263),
    "Shell": (0.5379, 0.1268, 0.7938),
    "Swift": (0.5408, 0.1059, 0.7149),
    "TOML": (0.5419, 0.1175, 0.5704),
    "TSX": (0.5391, 0.0998, 0.5598),
    "Text": (0.5296, 0.1029, 0.2222),
    "TypeScript": (0.5008, 0.1107, 0.5721),
    "Vue": (0.5260, 0.1000, 0.4179),
    "XML": (0.5175, 0.0956, 1.5251),
    "YAML": (0.4601, 0.1336, 1.0141),
    "fish": (0.5972, 0.1219, 0.9163),
    "jq": (0.5568, 0.1116, 0.7752),
    "reStructuredText": (0.4818, 0.1033, 0.3808),
}
