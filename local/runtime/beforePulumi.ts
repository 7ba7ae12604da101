/** What makes Pulumi's SDK load and serialise faster: to be imported before it. */
import "./lazyModules";
import "./moduleNames";
