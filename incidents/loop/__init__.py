"""The closed loop of an incident, declared once: states, actions, who may, what each needs.

`states` and `actions` are data. `guards` say why an action is not possible now, `effects` what it changes beside
the state, `engine` does it. The API, the database's own refusal (`stored`), docs/incidents.md and the tests derive
from them.
"""
