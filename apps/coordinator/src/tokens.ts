/** Injection tokens of the coordinator. */
export const CLOCK = Symbol('Clock');
/** What checks need of the member directory in force (registry's DirectoryView). */
export const DIRECTORY_VIEW = Symbol('DirectoryView');
export const LOGGER = Symbol('Logger');
/** The way to the members (rpc's RpcMemberClient). */
export const MEMBERS = Symbol('Members');
/** Answers the calls about the coordinator's own log (rpc's LogHandlers). */
export const LOG_HANDLERS = Symbol('LogHandlers');
