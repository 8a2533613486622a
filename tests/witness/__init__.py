"""The vendor's own SDK as a witness: does the simulated cloud answer as the service it was made for?

    python -m tests.witness [SCENARIO ...]

Needs node 18 or newer and npm. `webex` 3.12.0, which brings `@webex/calling` 3.12.0, is fetched by name
into `$XDG_CACHE_HOME/softphone/witness` and bundled there, as its `@webex/calling` is written for a bundler.
Each scenario runs the unmodified SDK in a node of its own against a cloud of its own, all at the same time:
the SDK keeps its own time and waits up to two minutes before it leaves a dead primary.

What the SDK is told: the base addresses of the discovery services and of the sign-in, an access token, and
through NODE_EXTRA_CA_CERTS the certificate of the cloud, as it speaks https to Mobius whatever the catalog
says. The address of the region service is built in; the catalog's host map leads it to the cloud.

What node lacks and `browser.cjs` supplies: `window`, `location` and `navigator`, which the media package
reads while it is loaded, and `Worker`, in which the SDK sends its keepalives. Nothing else is replaced.

In the table C, R, U, G, N and I are connecting, registered, unregistered, reconnecting, reconnected and an
incoming call, with the seconds after `register()`.

Exit 0: the SDK did what it was measured to do; 1: something differs, the table says what; 2: no node or npm,
the packages cannot be had, or an unknown scenario.
"""
