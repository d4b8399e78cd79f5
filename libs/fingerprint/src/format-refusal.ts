import { RegistryError } from '#libs/registry';

/** What is wrong with a fingerprint's bytes, or with what is to be written as such. @param problem begins with "it" or "its" */
export function refusal(problem: string): RegistryError {
  return new RegistryError(
    'INVALID_INPUT',
    'fingerprint',
    problem,
    'send the bytes that this version of the program makes of the picture',
  );
}
