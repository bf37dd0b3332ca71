"""Categories of domains and the words, topics, packages and rules that speak for each. Own collection.

Topics are those of PyPI (trove classifiers) and of Rust's registry (category slugs), sections those of Debian.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """What speaks for a domain. ``words``: in prose and keywords; ``topics``: whole slugs and classifiers.

    ``packages``: names in package URLs. ``rules``: ``domain`` of rules whose matches count.
    """

    words: re.Pattern[str]
    topics: re.Pattern[str]
    packages: re.Pattern[str]
    rules: frozenset[str] = frozenset()


def _category(words: str, topics: str = "(?!)", packages: str = "(?!)", rules: str = "") -> Category:
    return Category(
        re.compile(rf"\b(?:{words})\b", re.IGNORECASE),
        re.compile(topics, re.IGNORECASE),
        re.compile(rf"/(?:{packages})$", re.IGNORECASE),
        frozenset(rules.split()),
    )


CATEGORIES: Mapping[str, Category] = {
    "web-framework": _category(
        r"web[- ](?:application |app )?(?:micro)?frameworks?|wsgi|asgi|middlewares?|url routing|mvc|"
        r"web applications?",
        r"web-programming(?!::http-client)|HTTP :: WSGI|WWW/HTTP :: Dynamic|Framework :: (?:Flask|Django|"
        r"FastAPI)|^web-framework",
        r"werkzeug|starlette|hyper|tower|tower-service|rack|asgiref|connect|path-to-regexp|finalhandler",
    ),
    "web-service": _category(
        r"rest(?:ful)? api|microservices?|web services?|web server|http server|graphql|backend|api gateway|"
        r"reverse proxy",
        r"web-programming::http-server|HTTP :: HTTP Servers|^httpd$",
        r"flask|django|fastapi|express|koa|fastify|gin|echo|fiber|actix-web|axum|rocket|spring-boot.*|javalin|"
        r"%40nestjs/core|chi",
    ),
    "http-client": _category(
        r"http[- ]clients?|promise based http|http librar(?:y|ies)|http requests?|xhr|ajax|rest client",
        r"web-programming::http-client|HTTP :: Client",
        r"reqwest|urllib3|httpcore|follow-redirects|undici|httpclient5?|certifi",
    ),
    "user-interface": _category(
        r"user interfaces?|web ui|ui (?:framework|components?|toolkit|library)|front-?end|gui|widgets?|"
        r"virtual dom|single[- ]page|"
        r"reactive|templates?",
        r"^gui$|User Interfaces|Desktop Environment|^x11$|^user-interface",
        r"react|react-dom|vue|svelte|%40angular/core|egui|gtk.*|pyqt\d|iced|druid|qt\d?|swt|javafx.*|solid-js|preact",
    ),
    "compiler": _category(
        r"compilers?|programming language|transpilers?|interpreters?|virtual machine|bytecode|jit|llvm|"
        r"type[- ]check\w*|"
        r"language server|linkers?|code generat\w+",
        r"compilers|Software Development :: (?:Compilers|Interpreters)|Code Generators",
        r"inkwell|cranelift.*|llvm.*|llvmlite|wasmtime|salsa|rowan|antlr4?.*|lalrpop|asm|byte-?buddy|"
        r"%40babel/core|estree-walker",
    ),
    "parser": _category(
        r"parsers?|parsing|grammars?|lexers?|tokeni[sz]ers?|syntax trees?|abstract syntax",
        r"parser-implementations|parsing|Text Processing :: (?:Markup|Linguistic)|Software Development :: .*Pars",
        r"nom|pest|winnow|chumsky|pyparsing|lark|ply|tree-sitter.*|peg|acorn|%40babel/parser|logos",
    ),
    "database": _category(
        r"databases?|sql|key[- ]value|storage engine|data stores?|data structures? server|in-memory|caching|"
        r"cache|query engine|"
        r"orm|time series|object[- ]relational|nosql|transactions?",
        r"^database|Topic :: Database|^caching$",
        r"rusqlite|rocksdb|sled|sqlx|diesel|sqlalchemy|psycopg\d?.*|pymysql|redis|pg|mysql\d?|mongodb|gorm|"
        r"bbolt|badger|"
        r"hibernate-core|jdbc|typeorm|sequelize|leveldb",
        "database",
    ),
    "networking-protocol": _category(
        r"network(?:ing)?|protocols?|tcp|udp|quic|websockets?|mqtt|rpc|grpc|dns|sockets?|tls|ssh|proxy|vpn|http/2",
        r"network-programming|System :: Networking|Topic :: Internet(?!.*(?:Dynamic|WSGI))|^net$",
        r"quinn|quiche|h2|mio|socket2|rustls|twisted|netty-.*|ws|grpc.*|prost|tonic|libp2p.*|zeromq|pyzmq|"
        r"dnspython|trust-dns.*",
        "protocol",
    ),
    "operating-system": _category(
        r"operating systems?|kernels?|hypervisors?|bootloaders?|device drivers?|ebpf|containers? runtime|"
        r"file ?systems?|"
        r"syscalls?|sandbox\w*",
        r"^os(?:::|$)|Operating System Kernels|System :: (?:Hardware|Boot|Filesystems)|^kernel$|filesystem",
        r"x86_64|bootloader|libbpf.*|aya|kvm-.*|fuse.*|nix|rustix",
        "kernel",
    ),
    "embedded": _category(
        r"embedded|micro-?controllers?|firmware|rtos|arduino|esp32|bare[- ]metal|no_std|gpio|iot",
        r"embedded|no-std(?!::no-alloc)|hardware-support|Embedded Systems|^embedded$",
        r"embedded-hal.*|cortex-m.*|embassy-.*|pyserial|micropython.*|stm32.*|rp2040-hal",
    ),
    "gpu": _category(
        r"gpus?|cuda|opencl|vulkan|shaders?|rendering|graphics|opengl|webgpu|ray tracing",
        r"graphics|rendering|Multimedia :: Graphics|^graphics$",
        r"wgpu|vulkano|ash|cupy.*|pycuda|triton|opengl|three|gfx-.*|glium|numba",
        "gpu",
    ),
    "cryptography": _category(
        r"cryptograph\w*|encryption|encrypt\w*|ciphers?|signatures?|zero[- ]knowledge|key exchange|"
        r"password hashing|pgp|tls library",
        r"cryptography|Security :: Cryptography",
        r"ring|sha2|aes|ed25519-dalek|curve25519-dalek|cryptography|pycryptodomex?|pynacl|bcprov-.*|"
        r"node-forge|libsodium.*|openssl",
        "crypto",
    ),
    "consensus": _category(
        r"consensus|raft|paxos|blockchains?|distributed (?:ledger|systems?)|smart contracts?|byzantine|"
        r"replication|ethereum|bitcoin",
        r"cryptography::cryptocurrencies|distributed",
        r"raft|etcd/.*|openraft|hashicorp/raft|ethers|web3|alloy|libp2p",
        "consensus",
    ),
    "numeric": _category(
        r"numerical?|linear algebra|matri(?:x|ces)|scientific computing|statistics|simulations?|mathematic\w*|"
        r"arrays|dataframes?|"
        r"tensors?|fft",
        r"mathematics|science|Scientific/Engineering(?! :: Artificial)|^math$|^science$",
        r"numpy|scipy|pandas|polars|ndarray|nalgebra|gonum|eigen3?|blas.*|lapack.*|sympy|commons-math\d?",
        "numeric",
    ),
    "machine-learning": _category(
        r"machine learning|deep learning|neural networks?|transformers?|language models?|llms?|inference|"
        r"training|embeddings|"
        r"reinforcement learning",
        r"Artificial Intelligence|machine-learning",
        r"torch|tensorflow|jax|scikit-learn|transformers|keras|candle-core|burn|tch|onnxruntime|xgboost|lightgbm",
    ),
    "build-tool": _category(
        r"ci/cd|build (?:tool|system)s?|bundlers?|package managers?|task runners?|continuous integration|"
        r"dependency (?:management|resolution)|"
        r"monorepos?|pipelines?|scaffolding",
        r"cargo-plugins|build-utils|Software Development :: Build Tools|System :: (?:Installation|"
        r"Software Distribution)|^devel$",
        r"cc|cmake|setuptools|hatchling|gulp|rollup|esbuild|webpack|maven-core|gradle-api|tektoncd/.*|"
        r"virtualenv|resolvelib",
    ),
    "testing": _category(
        r"write (?:small |better )?tests|test(?:ing)? (?:framework|runner|library|tool)s?|unit tests?|mocking|"
        r"assertions?|fuzz(?:ing|er)|"
        r"property[- ]based|benchmarking|"
        r"test automation|virtual environments? for test\w*",
        r"development-tools::testing|Software Development :: Testing|Framework :: (?:Pytest|tox)|Topic :: .*Testing",
        r"pluggy|junit.*|testng|mockito-core|ginkgo(?:/v\d)?|jest-.*|chai|hypothesis",
    ),
    "linter": _category(
        r"linters?|formatters?|code style|static analysis|lint(?:ing)?|code quality|uncompromising",
        r"Quality Assurance|development-tools(?!::)",
        r"pycodestyle|pyflakes|eslint|tree-sitter|lib2to3|astroid",
    ),
    "command-line": _category(
        r"command[- ]lines?|cli|terminal|console|shell|tui",
        r"command-line-(?:utilities|interface)|^Environment :: Console|System :: Shells|Terminals",
        r"clap(?:_derive)?|structopt|lexopt|argh|click|typer|docopt|cobra|pflag|urfave/cli.*|commander|yargs|"
        r"picocli|ratatui|"
        r"crossterm|termcolor",
    ),
    "text-search": _category(
        r"grep|regex|regular expressions?|full[- ]text|search (?:tool|engine)s?|searches|"
        r"recursively search\w*|search index\w*|fuzzy finder|lucene|pattern matching",
        r"Text Processing :: Indexing|text-processing",
        r"tantivy|regex-syntax|regex-automata|aho-corasick|memchr|grep(?:-.*)?|lucene-.*|bleve.*|whoosh|fst",
    ),
    "text-processing": _category(
        r"format(?:ting)? librar\w+|string formatting|text processing|markdown|templating|pretty[- ]print\w*|"
        r"syntax highlighting|"
        r"unicode|iostreams?|printf|format strings?",
        r"text-processing|Topic :: Text Processing|value-formatting|internationalization|template-engine|^text$",
        r"unicode-.*|syntect|pygments|handlebars|jinja2|textwrap",
    ),
    "serialisation": _category(
        r"seriali[sz]\w+|deseriali[sz]\w+|json|protobuf|data formats?|encoding|marshall\w*|yaml|xml|"
        r"message ?pack|schemas?",
        r"encoding|File Formats|data-structures",
        r"serde|serde_json|protobuf.*|msgpack|jackson-.*|gson|flatbuffers|prost|bincode|marshmallow",
    ),
    "compression": _category(
        r"compress(?:ion|ors?|ing)?|decompress\w*|archiv\w+|zstd|gzip|deflate|lz4|zip",
        r"^compression|System :: Archiving",
        r"flate2|zstd.*|lz4.*|brotli.*|xz2|zlib.*|miniz_oxide",
    ),
    "concurrency": _category(
        r"async(?:hronous)?|runtimes?|concurren\w+|event[- ](?:driven|loop)|executors?|schedulers?|"
        r"thread pools?|actors?|coroutines?|"
        r"non-blocking",
        r"asynchronous|concurrency|Framework :: AsyncIO|Distributed Computing",
        r"tokio|async-std|smol|rayon|crossbeam.*|trio|anyio|libuv|libevent|akka-.*|mio|gevent|parking_lot",
    ),
    "monitoring": _category(
        r"monitoring|metrics|observability|tracing|alert\w*|telemetry|logging|profil\w+|time series",
        r"development-tools::(?:debugging|profiling)|System :: (?:Monitoring|Logging)",
        r"client_golang|opentelemetry.*|tracing.*|prometheus.*|statsd|sentry.*|slf4j-api|alertmanager",
    ),
    "version-control": _category(
        r"git|version control|revision control|diffs?",
        r"Version Control|^vcs$|development-tools::.*git",
        r"git2|gix|libgit2.*|gitpython|pygit2|go-git.*|dulwich",
    ),
    "game": _category(
        r"games?|game engines?|sprites?|gameplay|voxels?|physics engine",
        r"game-(?:development|engines)|^games$|Games/Entertainment",
        r"bevy.*|ggez|macroquad|pygame|libgdx|phaser|pixi\.js|box2d.*|rapier\dd",
    ),
    "media": _category(
        r"audio|video|codecs?|images?|streaming|ffmpeg|midi|photos?",
        r"multimedia|Multimedia|^(?:sound|video)$",
        r"ffmpeg.*|image|pillow|opencv-.*|gstreamer.*|cpal|rodio|sharp",
    ),
}
