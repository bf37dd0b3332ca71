"""Words that tell English from other languages, and documentation from names said again."""

ENGLISH = """the of to is for and if with this that an from by be when are not or it as in on a which will can all
returns return new does into no its"""
FOREIGN = """der die das und nicht ein eine für mit von el los las del que para una con por les des une pour dans est
avec sur não uma dos il della che per"""
#: What documentation says beside a name without saying more.
FILLER = """given current this method function returns return gets get sets set creates create make makes value values
object instance new class type performs does called its"""
