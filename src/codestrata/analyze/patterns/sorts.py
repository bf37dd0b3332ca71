"""Sorts: what a type as written in a program is about, whatever the language: ``Option<Arc<dyn Step>>`` is a Step."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

#: What stands before a name: of ``io::Result`` the Result counts.
_PATH = re.compile(r"(?<![\w$])[A-Za-z_]\w*(?:::|\.)(?=[A-Za-z_])")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
#: What only holds, points to or modifies another type.
_AROUND = frozenset(
    {
        *("Box", "Arc", "Rc", "RefCell", "Mutex", "RwLock", "Option", "Optional", "Weak", "Pin", "Cell", "OnceCell"),
        *("OnceLock", "LazyLock", "Lazy", "unique_ptr", "shared_ptr", "weak_ptr", "std", "dyn", "mut", "const", "impl"),
        *(
            "final",
            "static",
            "struct",
            "class",
            "enum",
            "ref",
            "Readonly",
            "undefined",
            "null",
            "None",
            "Union",
            "atomic",
        ),
        *(
            "AtomicReference",
            "WeakReference",
            "SoftReference",
            "Supplier",
            "Provider",
            "Result",
            "Ok",
            "volatile",
            "nil",
        ),
        *("Send", "Sync", "error", "typing", "t", "collections", "abc", "Final", "ClassVar", "Type", "chan", "Promise"),
    }
)
_MANY = frozenset(
    {
        *(
            "List",
            "ArrayList",
            "LinkedList",
            "Vec",
            "VecDeque",
            "Set",
            "HashSet",
            "LinkedHashSet",
            "TreeSet",
            "BTreeSet",
        ),
        *(
            "vector",
            "list",
            "set",
            "unordered_set",
            "forward_list",
            "array",
            "Array",
            "deque",
            "tuple",
            "Tuple",
            "Deque",
        ),
        *("Queue", "PriorityQueue", "Stack", "CopyOnWriteArrayList", "CopyOnWriteArraySet", "Collection", "Iterable"),
        *("Sequence", "MutableSequence", "ReadonlyArray", "FrozenSet", "frozenset", "slice", "ArrayDeque", "Vector"),
        *("ConcurrentLinkedQueue", "SmallVec", "WeakSet", "multimap", "stack", "queue"),
    }
)
_MAPS = frozenset(
    {
        *("Map", "HashMap", "LinkedHashMap", "TreeMap", "EnumMap", "ConcurrentHashMap", "ConcurrentMap", "BTreeMap"),
        *(
            "map",
            "unordered_map",
            "dict",
            "Dict",
            "Mapping",
            "MutableMapping",
            "defaultdict",
            "WeakHashMap",
            "Hashtable",
        ),
        *("DashMap", "IndexMap", "WeakMap", "OrderedDict", "Record", "WeakValueDictionary", "Object"),
    }
)


class Sort(NamedTuple):
    """The types a text names, without what is around them; ``many``: of a collection; ``map``: of a map's values."""

    names: tuple[str, ...]
    many: bool = False
    map: bool = False

    @property
    def name(self) -> str:
        """The type itself: "" of nothing; of maps, of the values."""
        return self.names[-1 if self.map else 0] if self.names else ""


@lru_cache(maxsize=65536)
def sort_of(text: str) -> Sort:
    """Read a type."""
    words = _WORD.findall(_PATH.sub("", text.replace("'static", "")))
    many = text.startswith("[") or "[]" in text or bool(_MANY.intersection(words))
    mapped = bool(_MAPS.intersection(words)) or text.startswith("map[")
    names = tuple(w for w in words if w not in _AROUND and w not in _MANY and w not in _MAPS)
    return Sort(names, many and not mapped, mapped)
