'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { LoadFailed, loadSite } from '../lib/api';
import type { LoadedSite } from '../lib/api';
import { campaign } from '../lib/campaign';
import { nextRefresh } from '../lib/clock';
import { brandProperties } from '../lib/contrast';
import { texts } from '../lib/texts';

export interface SiteView {
  loaded: LoadedSite | null;
  /** The last attempt failed and no further one is under way. */
  failed: boolean;
  /** The token of a valid preview link. */
  previewToken: string | null;
  previewEnded: boolean;
  reload: () => void;
}

const loadAttemptsMax = 5;
const staleAfter = 60_000;
/** After a refresh that failed altogether, the next one comes in one to two times this. Milliseconds. */
const failedEvery = 15_000;
/** A paused campaign is asked again this often, so that it goes on by itself for those who wait. Milliseconds. */
const pausedEvery = 30_000;

/** Loads the campaign, keeps it current when its state is due to change, and dresses the page in its brand. */
export function useSite(): SiteView {
  const [loaded, setLoaded] = useState<LoadedSite | null>(null);
  const [failed, setFailed] = useState(false);
  const [previewEnded, setPreviewEnded] = useState(false);
  const [request, setRequest] = useState(0);
  const token = useRef<string | null | undefined>(undefined);
  const loadedAt = useRef(0);
  const overdue = useRef(0);
  const reload = useCallback(() => { setFailed(false); setRequest((count) => count + 1); }, []);

  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    token.current ??= takePreviewToken();
    const load = async (attempt: number): Promise<void> => {
      try {
        const answer = await loadSite(token.current ?? null);
        if (ended) return;
        loadedAt.current = performance.now();
        setLoaded(answer);
        setFailed(false);
      } catch (error) {
        if (ended) return;
        const status = error instanceof LoadFailed ? error.status : null;
        if (token.current && status !== null && status >= 400 && status < 500 && status !== 429) {
          forgetPreviewToken();
          token.current = null;
          setPreviewEnded(true);
          return load(attempt);
        }
        const refusedForGood = status !== null && status >= 400 && status < 500 && ![408, 425, 429].includes(status);
        if (refusedForGood || attempt >= loadAttemptsMax) setFailed(true);
        else timer = setTimeout(() => void load(attempt + 1), 500 * 2 ** attempt * (0.75 + Math.random() / 2));
      }
    };
    void load(1);
    return () => { ended = true; clearTimeout(timer); };
  }, [request]);

  useEffect(() => {
    // What is shown already stays, but goes on looking for the state that is due; the visitor need not do anything.
    if (!failed || loaded === null) return;
    const timer = setTimeout(reload, failedEvery * (1 + Math.random()));
    return () => clearTimeout(timer);
  }, [failed, loaded, reload]);

  useEffect(() => {
    const onVisible = () => {
      if (document.visibilityState === 'visible' && performance.now() - loadedAt.current > staleAfter) reload();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [reload]);

  useEffect(() => {
    if (loaded?.kind !== 'site') return;
    const { site, clock } = loaded;
    const wait = nextRefresh(site.state, site.opensAt, site.closesAt, clock.now(), Math.random(), overdue.current);
    const soonest = site.state === 'paused' ? Math.min(wait ?? pausedEvery, pausedEvery) : wait;
    // Timers hold 31 bits of milliseconds; a page that stays open for longer is refreshed when it is looked at again.
    if (soonest === null || soonest > 2_000_000_000) return;
    const due = site.state === 'scheduled' ? site.opensAt : site.closesAt;
    overdue.current = due !== null && Date.parse(due) <= clock.now() ? overdue.current + 1 : 0;
    const timer = setTimeout(reload, soonest);
    return () => clearTimeout(timer);
  }, [loaded, reload]);

  useEffect(() => { if (loaded) dress(loaded, token.current != null); }, [loaded]);

  return { loaded, failed, previewToken: loaded ? (token.current ?? null) : null, previewEnded, reload };
}

const previewName = `preview:${campaign.slug}`;

/** Takes the token out of the address, so that it isn't shared with it by accident; it lives as long as the tab. */
function takePreviewToken(): string | null {
  const given = /^#preview=(.+)$/.exec(window.location.hash)?.[1];
  try {
    if (given !== undefined) {
      sessionStorage.setItem(previewName, decodeURIComponent(given));
      window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
    }
    return sessionStorage.getItem(previewName);
  } catch {
    return given ?? null;
  }
}

function forgetPreviewToken(): void {
  try { sessionStorage.removeItem(previewName); } catch { /* Nothing was stored. */ }
}

function dress(loaded: LoadedSite, preview: boolean): void {
  const root = document.documentElement;
  const colour = loaded.kind === 'site' ? (loaded.site.brand.primaryColour ?? campaign.colours.primary) : campaign.colours.primary;
  for (const [name, value] of Object.entries(brandProperties(colour))) root.style.setProperty(name, value);
  document.title = loaded.kind === 'site' ? (loaded.site.brand.headline ?? loaded.site.name) : texts.siteTitle;

  const existing = document.querySelector('meta[name="robots"]');
  if (loaded.kind === 'holding' || loaded.site.state === 'holding' || preview) {
    const robots = existing ?? document.head.appendChild(document.createElement('meta'));
    robots.setAttribute('name', 'robots');
    robots.setAttribute('content', 'noindex, nofollow');
  } else {
    existing?.remove();
  }
}
