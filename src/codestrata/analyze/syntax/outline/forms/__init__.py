"""Forms by grammar."""

from codestrata.analyze.syntax.outline.forms import c, go, java, python, rust, script
from codestrata.analyze.syntax.outline.forms.form import Def, Form

FORMS: dict[str, Form] = {
    "python": python.FORM,
    "rust": rust.FORM,
    "go": go.FORM,
    "java": java.FORM,
    "javascript": script.FORM,
    "typescript": script.FORM,
    "tsx": script.FORM,
    "c": c.FORM,
    "cpp": c.FORM,
}
__all__ = ["FORMS", "Def", "Form"]
