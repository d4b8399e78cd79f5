export { describeError } from './describe-error.js';
export { runProcess, type ProcessConfig, type Program, type Running } from './run-process.js';
