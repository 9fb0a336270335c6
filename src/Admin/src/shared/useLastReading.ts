import { useEffect, useRef } from 'react';

/** What moved until now is read once more when it has come to rest: the reading before may be of a moment earlier. */
export function useLastReading(moving: boolean, read: () => unknown) {
  const moved = useRef(moving);
  useEffect(() => {
    if (moved.current && !moving) void read();
    moved.current = moving;
  }, [moving, read]);
}
