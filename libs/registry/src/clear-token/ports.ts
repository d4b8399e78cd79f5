/** The asking node's way to a clear token. */
export interface ClearTokenIssuer {
  /**
   * Has the coordinator mint a clear token from the evidence of a check.
   * @param evidence the bundle's bytes, at most 1 MiB
   * @returns the token as JWS, not verified
   * @throws RegistryError NO_CLEAR_TOKEN with the coordinator's reason; FEDERATION_UNAVAILABLE if it cannot be reached
   */
  mintClearToken(evidence: Uint8Array, deadline: Date): Promise<string>;
}
