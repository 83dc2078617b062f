"""A function fits a screen, a module is one thought, a view is a few steps."""

from textwrap import dedent

from tests.architecture.source import ROOT, Source, body_lines, dotted, nothing_in, sources, templates

FUNCTION_LINES = 40
MODULE_LINES = 400
TEMPLATE_LINES = 150
VIEW_LINES = 20


def long_functions(files):
    """Functions that do not fit a screen; a view, known by its route, has to be shorter still."""
    faults = []
    for source in files:
        for function in source.functions():
            decorators = [dotted(decorator).removesuffix("()") for decorator in function.decorator_list]
            is_view = any(name.endswith((".route", ".get", ".post")) for name in decorators)
            limit, lines = VIEW_LINES if is_view else FUNCTION_LINES, body_lines(function)
            if lines > limit:
                faults.append(
                    f"{source.path}:{function.lineno} {function.name} has {lines} lines, more than {limit}"
                )
    return faults


def long_files(files, *, limit):
    return [
        f"{source.path} has {source.lines} lines, more than {limit}"
        for source in files
        if source.lines > limit
    ]


class TestSizes:
    def test_functions_fit_a_screen(self):
        nothing_in(long_functions(sources("portal", "tools", "tests")))

    def test_modules_are_one_thought(self):
        nothing_in(long_files(sources("portal", "tools", "tests"), limit=MODULE_LINES))

    def test_templates_are_short(self):
        nothing_in(long_files(templates(), limit=TEMPLATE_LINES))

    def test_the_project_is_where_it_is_looked_for(self):
        assert (ROOT / "portal" / "factory.py").exists()
        assert templates()


class TestTheGuardBites:
    def test_at_a_function_of_41_lines(self):
        body = "\n".join(f"    a = {n}" for n in range(FUNCTION_LINES - 1))
        fits = Source("portal/a.py", f"def f():\n{body}\n")
        too_long = Source("portal/b.py", f"def f():\n{body}\n    return a\n")

        assert long_functions([fits]) == []
        assert long_functions([too_long]) == ["portal/b.py:1 f has 41 lines, more than 40"]

    def test_but_not_at_a_docstring(self):
        body = "\n".join(f"    a = {n}" for n in range(FUNCTION_LINES - 1))

        assert (
            long_functions([Source("portal/a.py", f'def f():\n    """Do.\n\n    More.\n    """\n{body}\n')])
            == []
        )

    def test_at_a_view_of_21_lines(self):
        body = "\n".join(f"    a = {n}" for n in range(VIEW_LINES))
        view = dedent('@blueprint.route("/")\ndef home():\n') + body

        assert long_functions([Source("portal/views.py", view)]) == [
            "portal/views.py:2 home has 21 lines, more than 20"
        ]

    def test_at_a_module_of_401_lines(self):
        assert long_files([Source("a.py", "x\n" * MODULE_LINES)], limit=MODULE_LINES) == []
        assert long_files([Source("a.py", "x\n" * (MODULE_LINES + 1))], limit=MODULE_LINES)

    def test_at_a_template_of_151_lines(self):
        assert long_files([Source("a.html", "x\n" * TEMPLATE_LINES)], limit=TEMPLATE_LINES) == []
        assert long_files([Source("a.html", "x\n" * (TEMPLATE_LINES + 1))], limit=TEMPLATE_LINES)
