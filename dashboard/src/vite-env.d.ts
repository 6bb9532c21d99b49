/// <reference types="vite/client" />

/** True while developing against the public operations, without sessions. */
declare const __KEYWAY_DIRECT__: boolean;
