'use client';

import { useEffect, useState } from 'react';
import { remaining } from '../lib/clock';
import type { ServerClock } from '../lib/clock';
import { texts } from '../lib/texts';

interface Props { until: string; clock: ServerClock; kind: 'opens' | 'closes' }

/** Counts down on the server's clock. The date itself stands beside it in words, so nothing is read out every second. */
export function Countdown({ until, clock, kind }: Props) {
  const end = Date.parse(until);
  const [now, setNow] = useState(() => clock.now());

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const read = clock.now();
      setNow(read);
      // The next whole second of the countdown, so that its digits change when the server's do.
      timer = setTimeout(tick, Math.max(50, (end - read) % 1000 || 1000));
    };
    tick();
    return () => clearTimeout(timer);
  }, [clock, end]);

  if (Number.isNaN(end)) return null;
  const left = remaining(end, now);
  const { countdown: say } = texts;
  if (left.total === 0) return <p className="countdown-over" role="status">{kind === 'opens' ? say.opening : say.closing}</p>;
  const label = kind === 'opens' ? say.opens : say.closes;
  return (
    <div className="countdown" role="timer" aria-label={label}>
      <p className="countdown-label" aria-hidden="true">{label}</p>
      <Unit value={left.days} names={say.days} />
      <Unit value={left.hours} names={say.hours} />
      <Unit value={left.minutes} names={say.minutes} />
      <Unit value={left.seconds} names={say.seconds} />
    </div>
  );
}

function Unit({ value, names }: { value: number; names: string[] }) {
  return <p className="countdown-unit"><span className="countdown-value">{String(value).padStart(2, '0')}</span> <span>{names[value === 1 ? 0 : 1]}</span></p>;
}
