"""Verbs that a subject begins with when it says what is to be done: what people ask of a change, in English."""

VERBS = frozenset(
    """
abort accelerate accept access accumulate adapt add address adjust adopt alias align allow amplify anchor
annotate append apply archive arrange assert assign assume attach augment automate avoid backup batch bind block
bound break bring build bundle cache calculate call cap capitalize capture cast catch centralize chain change
check clamp clarify clean clear clone collapse collect combine compare compile complete comply compress compute
concatenate condense configure connect consolidate constrain construct consume convert copy correct count cover
create customize cut deallocate debug declare decompress decouple decrease decrypt deduplicate default defer
define delegate delete demote deny deploy deprecate describe destroy detach detect determine develop disable
disallow discard dismantle dispatch display divide do document don't downgrade drain drop dump duplicate edit
eliminate embed emit emphasize enable encode encrypt enforce enhance enlarge ensure enumerate escalate establish
evaluate exclude exempt exit expand expedite expire export expose extend extract facilitate fail filter finish
fix flag flatten flush fold follow forbid force format forward free gather generalize generate get give group
guard halt handle harden hide honor honour hook ignore implement import improve include increase increment
indent index inherit initialize inject inline insert install instrument integrate interpolate interrupt
introduce invalidate invert isolate join keep kill let leverage lift limit link list listen load lock log look
lower make manage map mark mask match memoize mention merge migrate minimize mock modify monitor move multiply
narrow nest normalize note notify omit open optimize orchestrate order override package pad parallelize parse
pass patch permit pick pin point poll pop populate port prefer prepare prepend preserve prevent print process
promote propagate protect provision prune pull purge push put quit quote raise re-add re-enable re-export read
rearrange rebase reboot rebuild recognize recompile reconfigure reconnect record recover rectify redact redefine
redirect reduce refactor refine reformat refresh reimplement reinforce reject relax release reload relocate rely
remove rename render reorder reorganize repackage repair rephrase replace reply report reposition request
require reschedule reserve reset reshape resize resolve respect restore restrict restructure resume retain retry
return reuse revise revoke reword rework rewrite rollback run sanitize save scale search secure select send
separate serialize set share shorten show shrink silence simplify skip slim solve sort specialize specify speed
split stabilize standardize start stop store streamline strengthen structure stub subclass substitute subtract
supply support suppress swap switch synchronise synchronize tag take teach terminate test throw tidy toggle
track transform transpose treat trim troubleshoot truncate try turn tweak un-break unblock unbreak uncover undo
unexport unify uninstall unplug unpublish unset unsync unwrap update upgrade use validate vendor verify wait
warn watch whitelist wire withdraw wrap write yield
""".split()  # noqa: SIM905 -- a list of words is read more easily than a list of strings
)
