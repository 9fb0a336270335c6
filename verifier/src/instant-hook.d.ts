// Recomputing instant wins: src/instant/index.ts where it exists, see build.mjs.
declare module 'virtual:instant' {
  /** Lines of instant.jsonl without their newlines; the platform's keys where the user gave them. */
  export const verifyInstant:
    | ((
        lines: AsyncIterable<string>,
        given: {
          readonly name: string;
          readonly keys: readonly import('./core/keys').PublicKey[] | null;
          readonly chains: readonly import('./core/beacon').Chain[];
          readonly saved?: readonly Uint8Array[];
          readonly authorities?: readonly import('pkijs').Certificate[] | null;
        },
      ) => Promise<readonly { readonly status: 'ok' | 'fail' | 'note'; readonly reason: string }[]>)
    | undefined;
}
