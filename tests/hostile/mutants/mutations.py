"""Small changes of a module's code, one at a time, on its syntax tree: nothing is written to a disk.

What no test can be asked to notice is left alone: annotations, docstrings, imports, decorators, what goes to
the log, and sentences. Own, because mutmut and cosmic-ray copy the project and run its whole suite for each.
"""

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

PACKAGE = Path(__file__).resolve().parents[3] / "softphone"
_SHOWN_LENGTH = 150  # of the code that a mutant is told by

_SWAPPED: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Continue: (ast.Break,),
    ast.Break: (ast.Continue,),
}
_NAMES_SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_WORD = re.compile(r"[\w.:/?=&;,+*-]{1,60}")  # of a protocol, a key, a path; a sentence has a blank
_LOGS = re.compile(r"(self\.)?_?log(ger|ging)?\.")
_UNSEEN_CALLS = re.compile(r"(assert_never|cast|TypeVar|ParamSpec|getLogger|super\(\)\.__init__)\b")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PASS = ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)


@dataclass(frozen=True)
class Mutant:
    """One change of one module. `before` and `after` show the code around it."""

    file: str  # "line/keeping.py", below softphone/
    function: str  # "" at the level of the module
    line: int
    outer: str  # the function that it is in, or that has the function it is in; "" where it is in none
    before: str
    after: str
    code: CodeType
    table: CodeType | None  # the assignment alone, where it is one of the module

    users: tuple[str, ...]  # the functions of the same file that mention it

    @property
    def folder(self) -> str:
        return self.file.partition("/")[0]

    @property
    def module(self) -> str:
        return "softphone." + self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is known by however the file grows around it."""
        return self.file, self.function, self.before, self.after

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}\n    - {self.before}\n    + {self.after}"


@dataclass(frozen=True)
class Site:
    """A field of a node, and what else may stand in it."""

    parents: tuple[ast.AST, ...]  # from the module down to the node that has the field
    field: str
    index: int | None
    new: Any

    @property
    def line(self) -> int:
        nodes = (self.old, *reversed(self.parents))
        return next((line for line in map(_line_of, nodes) if line is not None), 1)

    @property
    def old(self) -> Any:
        value = getattr(self.parents[-1], self.field)
        return value if self.index is None else value[self.index]

    def _put(self, new: Any) -> None:
        if self.index is None:
            setattr(self.parents[-1], self.field, new)
        else:
            getattr(self.parents[-1], self.field)[self.index] = new

    @contextmanager
    def changed(self) -> Iterator[None]:
        """Change the tree for as long as this lasts."""
        old = self.old
        self._put(self.new)
        try:
            yield
        finally:
            self._put(old)


@cache
def enum_members() -> dict[str, tuple[str, ...]]:
    """Return the members of every enumeration of the package, by its name."""
    members: dict[str, tuple[str, ...]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases):
                targets = [line.targets[0] for line in node.body if isinstance(line, ast.Assign)]
                members[node.name] = tuple(name.id for name in targets if isinstance(name, ast.Name))
    return members


class Sites:
    """All places of one tree where something may be changed."""

    def __init__(self, source: str, enums: Mapping[str, tuple[str, ...]]) -> None:
        self.tree = ast.parse(source)
        self.enums = enums

    def all(self) -> Iterator[Site]:
        yield from self._below(self.tree, ())

    def _below(self, node: ast.AST, parents: tuple[ast.AST, ...]) -> Iterator[Site]:
        parents = (*parents, node)
        for field, value in ast.iter_fields(node):
            if field in {"annotation", "returns", "decorator_list", "bases", "keywords", "type_comment"} and (
                field != "keywords" or isinstance(node, ast.ClassDef)
            ):
                continue
            children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            for index, child in children:
                if not isinstance(child, ast.AST) or _is_unseen(child) or _is_task_name(node, child):
                    continue
                for new in self._instead(child, parents):
                    yield Site(parents, field, index, new)
                yield from self._below(child, parents)

    def _instead(self, node: ast.AST, parents: tuple[ast.AST, ...]) -> Iterator[Any]:
        """Yield what may stand in a node's place."""
        parent = parents[-1]
        text_sum = isinstance(parent, ast.BinOp) and any(
            isinstance(side, ast.JoinedStr)
            or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes))
            for side in (parent.left, parent.right)
        )
        for swapped in () if text_sum else _SWAPPED.get(type(node), ()):
            yield ast.copy_location(swapped(), node)
        match node:
            case ast.Constant(value=bool(value)):
                yield _like(node, value=not value)
            case ast.Constant(value=int() | float() as value):
                yield from (_like(node, value=other) for other in {value + 1, value - 1, value * 2} - {value})
            case ast.Constant(value=str(value)) if _WORD.fullmatch(value) and not isinstance(
                parent, ast.Expr
            ):
                yield _like(node, value=value + "x" if len(value) > 1 else "x")
            case ast.Constant(value=bytes(value)):
                yield _like(node, value=value + b"x")
            case ast.Name(id="min" | "max" | "any" | "all" as name) if isinstance(parent, ast.Call):
                yield _like(node, id=_NAMES_SWAPPED[name])
            case ast.Attribute(value=ast.Name(id=enum), attr=member) if member in self.enums.get(enum, ()):
                members = self.enums[enum]
                for step in {1, -1}:
                    other = members[(members.index(member) + step) % len(members)]
                    if other != member:
                        yield _like(node, attr=other)
            case ast.BoolOp(values=values):
                for index in range(len(values)):
                    left = values[:index] + values[index + 1 :]
                    yield left[0] if len(left) == 1 else _like(node, values=left)
            case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
                yield operand
            case ast.IfExp(body=body, orelse=orelse):
                yield from (body, orelse)
            case ast.Call(func=ast.Name(id="min" | "max"), args=[_, _]):
                pass  # either way round it is the same
            case ast.Call(func=ast.Attribute(attr="suppress")):
                pass  # so it is here
            case ast.Call(args=[first, second, *rest]) if ast.dump(first) != ast.dump(second):
                if not any(isinstance(arg, ast.Starred) for arg in (first, second)):
                    yield _like(node, args=[second, first, *rest])
            case ast.Call(func=ast.Name(id="replace"), keywords=[_, _, *_] as keywords):
                yield from (_like(node, keywords=less) for less in _each_without(keywords))
            case ast.comprehension(ifs=[_, *_] as ifs):
                yield from (_like(node, ifs=less) for less in _each_without(ifs))
            case ast.Dict(keys=[_, _, *_] as keys, values=values):
                for index in range(len(keys)):
                    yield _like(
                        node,
                        keys=keys[:index] + keys[index + 1 :],
                        values=values[:index] + values[index + 1 :],
                    )
                for index in range(1, len(keys)):
                    if None not in keys:
                        others = [
                            *values[: index - 1],
                            values[index],
                            values[index - 1],
                            *values[index + 1 :],
                        ]
                        yield _like(node, values=others)
            case (
                ast.Tuple(elts=[_, _, *_] as elements)
                | ast.Set(elts=[_, _, *_] as elements)
                | ast.List(elts=[_, _, *_] as elements)
            ) if all(_is_plain(element) for element in elements):
                if isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                    yield from (_like(node, elts=less) for less in _each_without(elements))
            case ast.MatchOr(patterns=[first, second]):
                yield from (first, second)
            case ast.MatchOr(patterns=patterns):
                yield from (_like(node, patterns=less) for less in _each_without(patterns))
            case ast.match_case(guard=ast.expr() as guard):
                yield _like(node, guard=None)
                yield _like(node, guard=ast.copy_location(ast.Constant(False), guard))
            case ast.match_case(
                pattern=ast.MatchAs(pattern=None),
                body=[ast.Pass() | ast.Expr(ast.Call(ast.Name("assert_never")))],
            ):
                pass  # for the type checker
            case ast.match_case():
                yield _like(node, guard=ast.copy_location(ast.Constant(False), node.body[0]))
            case ast.ExceptHandler(type=ast.expr() as kind):
                yield _like(node, type=ast.copy_location(ast.Name("GeneratorExit", ast.Load()), kind))
            case ast.If(test=test, orelse=orelse):
                yield _like(node, test=ast.copy_location(ast.UnaryOp(ast.Not(), test), test))
                yield _like(node, test=ast.copy_location(ast.Constant(False), test), orelse=orelse)
            case ast.Return(value=ast.Constant(value=bool() | None)):
                pass  # the constant itself is changed
            case ast.Return(value=ast.expr() as value) if _returns_bool(parents):
                yield _like(node, value=ast.copy_location(ast.UnaryOp(ast.Not(), value), value))
            case ast.Return(value=ast.expr() as value):
                yield _like(node, value=ast.copy_location(ast.Constant(None), value))
            case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise() | ast.AugAssign() | ast.Delete():
                yield ast.copy_location(copy(_PASS), node)
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
                yield ast.copy_location(copy(_PASS), node)
            case ast.FunctionDef(body=[_, _, *_]) | ast.AsyncFunctionDef(body=[_, _, *_]) if _is_none(
                node.returns
            ):
                yield _like(node, body=[ast.copy_location(ast.Return(), node.body[0])])


def drafts_of(path: Path, enums: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[int, "Draft"]]:
    """Yield every line of a module that can be changed, with what can be changed there."""
    sites = Sites(path.read_text("utf-8"), enums)
    for site in sites.all():
        yield site.line, Draft(path, sites, site)


@dataclass(frozen=True)
class Draft:
    """A mutant that is not made yet: most of them are never drawn."""

    path: Path
    sites: Sites
    site: Site

    @property
    def function(self) -> str:
        """The classes and functions around it."""
        around = (*self.site.parents, self.site.old)
        return ".".join(node.name for node in around if isinstance(node, (*_FUNCTIONS, ast.ClassDef)))

    def made(self) -> Mutant | None:
        """Return the mutant, None where the compiler takes no such code."""
        chain = self.site.parents
        old = self.site.old
        statement = next(
            (
                node
                for node in (old, *reversed(chain))
                if isinstance(node, ast.stmt | ast.match_case | ast.ExceptHandler)
            ),
            chain[0],
        )
        shown = self._shown(statement)
        before = _text(shown)
        try:
            with self.site.changed():
                after = _text(self.site.new if shown is old else shown)
                code = compile(self.sites.tree, str(self.path), "exec", dont_inherit=True)
                top = chain[1] if len(chain) > 1 else self.site.new
                table = None
                if isinstance(top, ast.Assign | ast.AnnAssign):
                    alone = ast.Module([top], type_ignores=[])
                    table = compile(alone, str(self.path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError, TypeError):
            return None
        if before == after:
            return None
        return Mutant(
            file=self.path.relative_to(PACKAGE).as_posix(),
            function=self.function,
            line=self.site.line,
            outer=self._outer(chain),
            before=before,
            after=after,
            code=code,
            table=table,
            users=self._users(top) if table else (),
        )

    def _outer(self, chain: tuple[ast.AST, ...]) -> str:
        names = []
        for node, inner in itertools.pairwise((*chain, self.site.old)):
            if isinstance(node, ast.ClassDef):
                names.append(node.name)
            elif isinstance(node, _FUNCTIONS):  # its defaults belong to what is around it
                return ".".join((*names, node.name)) if inner in node.body else ""
        return ""

    def _users(self, table: ast.AST) -> tuple[str, ...]:
        names = {
            node.id
            for node in ast.walk(table)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        return tuple(
            name
            for name, function in _functions_of(self.sites.tree)
            if any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(function))
        )

    def _shown(self, statement: ast.AST) -> Any:
        """Return the largest part of the statement around the change that is short enough to read."""
        chain = [*self.site.parents, self.site.old]
        start = next((index for index, node in enumerate(chain) if node is statement), 0)
        for node in chain[start:]:
            if isinstance(node, ast.operator | ast.cmpop | ast.boolop):
                break
            if len(_text(node)) <= _SHOWN_LENGTH:
                return node
        return chain[-2] if isinstance(chain[-1], ast.operator | ast.cmpop | ast.boolop) else chain[-1]


def _functions_of(tree: ast.AST, around: str = "") -> Iterator[tuple[str, ast.AST]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _FUNCTIONS):
            yield around + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions_of(node, f"{around}{node.name}.")


def _like(node: Any, **changes: Any) -> Any:
    new = copy(node)
    for name, value in changes.items():
        setattr(new, name, value)
    return new


def _each_without(values: list[Any]) -> Iterator[list[Any]]:
    return (values[:index] + values[index + 1 :] for index in range(len(values)))


def _line_of(node: ast.AST) -> int | None:
    return node.pattern.lineno if isinstance(node, ast.match_case) else getattr(node, "lineno", None)


def _returns_bool(parents: tuple[ast.AST, ...]) -> bool:
    function = next((node for node in reversed(parents) if isinstance(node, _FUNCTIONS)), None)
    return function is not None and function.returns is not None and ast.unparse(function.returns) == "bool"


def _is_none(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_plain(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant | ast.Attribute) or (
        isinstance(node, ast.Name) and node.id.isupper()
    )


def _is_unseen(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Assert():
            return True
        case ast.Expr(value=ast.Constant()):
            return True  # a docstring
        case ast.Expr(value=ast.Call(func=called)) | ast.Call(func=called):
            text = ast.unparse(called)
            return bool(_LOGS.match(text) or _UNSEEN_CALLS.match(text))
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.FunctionDef(body=[_, ast.Expr(ast.Constant(value))]) if value is ...:
            return True  # of a protocol
        case ast.AsyncFunctionDef(body=[_, ast.Expr(ast.Constant(value))]) if value is ...:
            return True
        case ast.If(body=[ast.Expr(value=ast.Call(func=called))], orelse=[]):
            return bool(_LOGS.match(ast.unparse(called)))  # no more than a log line
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            types = isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr) and name[:1].isupper()
            return name.startswith("__") or (types and not name.isupper())
    return False


def _is_task_name(call: ast.AST, child: ast.AST) -> bool:
    names = isinstance(call, ast.Call) and ast.unparse(call.func).endswith(("create_task", "tasks.start"))
    return names and (
        (isinstance(child, ast.keyword) and child.arg == "name") or isinstance(child, ast.JoinedStr)
    )


def _text(node: ast.AST) -> str:
    """Return a node's code in one line; of what has a body, its head."""
    if isinstance(node, ast.match_case):
        guard = f" if {ast.unparse(node.guard)}" if node.guard else ""
        return f"case {ast.unparse(node.pattern)}{guard}:"
    if isinstance(node, ast.comprehension):
        return ast.unparse(node).strip()
    if isinstance(node, _FUNCTIONS):
        body = "..." if len(node.body) > 1 else ast.unparse(node.body[0])
        return f"def {node.name}({ast.unparse(node.args)}): {body}"
    if isinstance(node, ast.Module | ast.ClassDef):
        return " " * (_SHOWN_LENGTH + 1)
    return ast.unparse(node).strip().split("\n")[0]


def files_of(folder: str) -> Iterable[Path]:
    return sorted((PACKAGE / folder).rglob("*.py"))
