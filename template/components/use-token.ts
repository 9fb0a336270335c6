'use client';

import { useEffect, useState } from 'react';
import { tokenOf } from '../lib/receipt';

/** The token behind # in the address, which no server gets to see; undefined until the page runs in a browser. */
export function useToken(): string | null | undefined {
  const [token, setToken] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    const read = () => setToken(tokenOf(window.location.hash));
    read();
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  return token;
}
