'use client';

import { useEffect, useState } from 'react';

/** Whole seconds left until a monotonic instant (performance.now), counted down; 0 when it is past or null. */
export function useSecondsUntil(instant: number | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (instant === null) return setLeft(0);
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((instant - performance.now()) / 1000));
      setLeft(seconds);
      if (seconds > 0) timer = setTimeout(tick, 250);
    };
    tick();
    return () => clearTimeout(timer);
  }, [instant]);
  return left;
}
