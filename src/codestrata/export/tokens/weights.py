"""Weights of the estimate of tokens: tokens for each word, mark, byte, line, digit, and byte beyond one of each letter.

Made by scripts/calibrate_tokens.py. How far off, for repositories that the weights were not made from:

cl100k.tiktoken: 0.975 of the mean
o200k.tiktoken: 0.979 of the mean
deepseek.json: 1.045 of the mean
10533 files, 43.4 MB, 56 repositories; off (median, nine of
ten): 0.068, 0.189 per file of more than 100 tokens; total -0.009
0.043, 0.144 per repository and language of more than 5,000
Python: 0.049, 0.130
Rust: 0.042, 0.108
C: 0.056, 0.175
C++: 0.038, 0.116
Java: 0.025, 0.086
Go: 0.050, 0.129
JavaScript: 0.105, 0.257
TypeScript: 0.047, 0.123
Markdown: 0.042, 0.099
JSON: 0.139, 0.267
YAML: 0.061, 0.159
"""

from __future__ import annotations

from collections.abc import Mapping

Weights = tuple[float, float, float, float, float, float]

#: What an estimate is multiplied by where it must not be too low: in nineteen of twenty stretches of 16,000 tokens in
#: one language of one repository, the most of cl100k, o200k, Qwen's and DeepSeek's tokens is below that. Made by
#: scripts/calibrate_margins.py from 161 MB in 58 repositories, but none below 1.12, what JavaScript of others took; CSS
#: and SVG are from rows that were packed. docs/recipes-fim-repo.md says how many rows are longer.
MARGIN = 1.174
MARGINS: Mapping[str, float] = {
    "": 1.217,
    "C": 1.410,
    "C++": 1.203,
    "CSS": 1.240,
    "Go": 1.120,
    "Java": 1.130,
    "JavaScript": 1.120,
    "Markdown": 1.174,
    "Python": 1.120,
    "Rust": 1.126,
    "SVG": 1.230,
    "TOML": 1.128,
    "TypeScript": 1.120,
    "XML": 1.132,
    "reStructuredText": 1.120,
}
#: Beside that, for each byte beyond one of each letter: what cl100k and Qwen take at most of catalogues and Markdown in
#: Chinese, Japanese, Korean, Russian and others.
WIDE_MARGIN = 0.36
#: For languages that are not named below.
DEFAULT: Weights = (0.4420, 0.3359, 0.1170, 1.3802, 0.7110, 0.1551)
WEIGHTS: Mapping[str, Weights] = {
    "C": (0.4402, 0.3625, 0.1219, 1.6119, 0.8929, 0.1551),
    "C++": (0.4823, 0.2791, 0.1230, 1.2232, 0.8347, 0.1551),
    "CMake": (0.5502, 0.2950, 0.1302, 1.8405, 1.4735, 0.1551),
    "CSS": (0.3961, 0.2970, 0.1118, 1.2969, 0.6240, 0.1551),
    "Diff": (0.4691, 0.3697, 0.1224, 1.4631, 0.5861, 0.1551),
    "EJS": (0.4261, 0.3146, 0.1148, 1.3117, 0.3457, 0.1551),
    "Go": (0.4496, 0.3546, 0.1231, 1.3706, 1.0684, 0.1551),
    "Go Module": (0.4644, 0.3619, 0.1208, 1.5154, 0.7276, 0.1551),
    "HTML": (0.4880, 0.3254, 0.1232, 1.2408, 0.9248, 0.1551),
    "INI": (0.4732, 0.3855, 0.1224, 1.5773, 0.4667, 0.1551),
    "Ignore List": (0.4188, 0.3235, 0.1154, 1.3664, 0.7367, 0.1551),
    "JSON": (0.7079, 0.4669, 0.0857, 0.6286, 0.6553, 0.1551),
    "JSON with Comments": (0.4194, 0.3491, 0.1183, 1.4737, 0.5263, 0.1551),
    "Java": (0.4109, 0.3188, 0.1167, 0.9510, 0.9753, 0.1551),
    "JavaScript": (0.3974, 0.2957, 0.1095, 1.4829, 1.8844, 0.1551),
    "Kotlin": (0.3343, 0.3254, 0.1229, 1.2616, 0.9569, 0.1551),
    "M4Sugar": (0.5088, 0.3814, 0.1250, 1.6491, 1.1991, 0.1551),
    "Makefile": (0.5558, 0.4468, 0.1328, 1.6101, 0.2564, 0.1551),
    "Markdown": (0.4167, 0.3500, 0.1128, 1.1212, 0.9232, 0.1551),
    "Maven POM": (0.4235, 0.3248, 0.1146, 1.3203, 0.5051, 0.1551),
    "Perl": (0.4927, 0.3390, 0.1123, 1.4095, 1.4215, 0.1551),
    "Protocol Buffer": (0.4391, 0.3372, 0.1166, 1.3616, 0.6794, 0.1551),
    "Python": (0.2818, 0.4805, 0.1209, 1.1157, 0.8294, 0.1551),
    "RenderScript": (0.4657, 0.2847, 0.1070, 1.1617, 0.0000, 0.1551),
    "Rust": (0.4378, 0.3214, 0.1121, 1.2179, 0.8858, 0.1551),
    "SCSS": (0.4281, 0.3349, 0.1126, 1.2288, 0.6331, 0.1551),
    "SVG": (0.4251, 0.3370, 0.1160, 1.2955, 0.5901, 0.1551),
    "Shell": (0.4640, 0.3713, 0.1224, 1.4709, 0.7387, 0.1551),
    "TOML": (0.4692, 0.5288, 0.1202, 0.6939, 0.7217, 0.1551),
    "TSX": (0.4959, 0.3314, 0.1071, 1.1275, 0.3528, 0.1551),
    "Tcl": (0.5073, 0.4235, 0.1152, 1.6148, 0.6047, 0.1551),
    "TypeScript": (0.4413, 0.3267, 0.1145, 1.2787, 0.4140, 0.1551),
    "Vue": (0.4117, 0.3314, 0.1131, 1.1586, 0.8617, 0.1551),
    "XML": (0.4271, 0.2723, 0.1509, 0.7377, 0.6977, 0.1551),
    "YAML": (0.6648, 0.2134, 0.1332, 1.1209, 0.7285, 0.1551),
    "fish": (0.5334, 0.4267, 0.1299, 1.7356, 0.7341, 0.1551),
    "reStructuredText": (0.4396, 0.1740, 0.1160, 1.1035, 0.7544, 0.1551),
}
