import { useEffect, useRef } from 'react';

export interface Shortcut {
  /** One key, or two in turn: "g c". */
  readonly keys: string;
  readonly what: string;
  readonly run: () => void;
}

/** Milliseconds within which the second key of a pair must follow the first. */
const pairWithin = 1200;
const offKey = 'prizedraw.shortcuts-off';

/** WCAG 2.1.4: shortcuts of single characters can be turned off. */
export const shortcutsAreOn = () => globalThis.localStorage?.getItem(offKey) !== 'yes';
export const turnShortcuts = (on: boolean) => (on ? localStorage.removeItem(offKey) : localStorage.setItem(offKey, 'yes'));

/** Whether what is being typed belongs to a field, a dialog or the browser. */
export function isTyping(event: Pick<KeyboardEvent, 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing'>, target: Element | null): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  return !!target?.closest('input, textarea, select, [contenteditable=""], [contenteditable="true"], [role="dialog"], [role="listbox"]');
}

/** Which shortcut a key completes, given the key before it. */
export const matching = (shortcuts: readonly Shortcut[], before: string | null, key: string): Shortcut | undefined =>
  (before ? shortcuts.find((s) => s.keys === `${before} ${key}`) : undefined) ?? shortcuts.find((s) => s.keys === key);

export function useShortcuts(shortcuts: readonly Shortcut[]) {
  const current = useRef(shortcuts);
  current.current = shortcuts;
  useEffect(() => {
    let before: { key: string; at: number } | null = null;
    const onKey = (event: KeyboardEvent) => {
      if (!shortcutsAreOn() || isTyping(event, event.target as Element | null)) return;
      const first = before && event.timeStamp - before.at < pairWithin ? before.key : null;
      const found = matching(current.current, first, event.key);
      before = found ? null : { key: event.key, at: event.timeStamp };
      if (!found) return;
      event.preventDefault();
      found.run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
