import { useSyncExternalStore } from 'react';
import { session } from './session';
import type { SignedIn } from './types';

export const useSession = () => useSyncExternalStore(session.subscribe, session.get);

const nobody = { id: '', email: '', role: 'read_only' } as SignedIn['user'];

/** Who is signed in. While signing out there is nobody for a moment, who may do nothing. */
export const usePerson = (): SignedIn['user'] => useSession()?.user ?? nobody;
