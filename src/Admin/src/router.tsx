import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { session } from './api/session';
import { knownState, type ClaimState } from './claims/claims';
import { knownState as knownFinding, type FindingState } from './reconciliation/findings';
import { releaseSiteStates } from './sync/words';
import { RouteFailure, NotFound } from './shared/States';
import { Shell } from './shell/Shell';

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

const root = createRootRoute({ notFoundComponent: NotFound });

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search: Record<string, unknown>): { to?: string } => {
    const to = text(search.to);
    // Only ever a place in this UI: never an address that somebody put into a link.
    return to && /^\/(?![/\\])/.test(to) ? { to } : {};
  },
  component: lazyRouteComponent(() => import('./auth/LoginPage'), 'LoginPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: ({ location }) => {
    if (!session.get()) throw redirect({ to: '/login', search: location.pathname === '/' ? {} : { to: location.href } });
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/campaigns' });
  },
});

const campaigns = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns',
  validateSearch: (search: Record<string, unknown>): { client?: string; q?: string } => ({ client: text(search.client), q: text(search.q) }),
  component: lazyRouteComponent(() => import('./campaigns/CampaignList'), 'CampaignList'),
});

const newCampaign = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/new',
  validateSearch: (search: Record<string, unknown>): { client?: string } => ({ client: text(search.client) }),
  component: lazyRouteComponent(() => import('./campaigns/form/CampaignFormPages'), 'NewCampaignPage'),
});

const campaign = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId',
  component: lazyRouteComponent(() => import('./campaigns/CampaignPage'), 'CampaignPage'),
});

const editCampaign = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId/edit',
  component: lazyRouteComponent(() => import('./campaigns/form/CampaignFormPages'), 'EditCampaignPage'),
});

const campaignPrizes = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId/prizes',
  component: lazyRouteComponent(() => import('./prizes/PrizesPage'), 'PrizesPage'),
});

const campaignDraws = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId/draws',
  component: lazyRouteComponent(() => import('./draws/DrawsPage'), 'DrawsPage'),
});

const campaignEntries = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId/entries',
  component: lazyRouteComponent(() => import('./entries/EntriesPage'), 'EntriesPage'),
});

const campaignClaims = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId/claims',
  validateSearch: (search: Record<string, unknown>): { state?: ClaimState } => ({ state: knownState(search.state) }),
  component: lazyRouteComponent(() => import('./claims/ClaimsPage'), 'ClaimsPage'),
});

const campaignCodes = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId/codes',
  component: lazyRouteComponent(() => import('./codes/CodesPage'), 'CodesPage'),
});

const keyIn = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId/key-in',
  component: lazyRouteComponent(() => import('./entries/KeyInPage'), 'KeyInPage'),
});

const campaignStatistics = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId/statistics',
  component: lazyRouteComponent(() => import('./statistics/StatisticsPage'), 'StatisticsPage'),
});

const campaignRehearsals = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId/rehearsals',
  component: lazyRouteComponent(() => import('./rehearsals/RehearsalsPage'), 'RehearsalsPage'),
});

const campaignReview = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId/review',
  component: lazyRouteComponent(() => import('./sync/ReviewPage'), 'ReviewPage'),
});

const template = createRoute({
  getParentRoute: () => shell,
  path: '/template',
  component: lazyRouteComponent(() => import('./sync/TemplatePage'), 'TemplatePage'),
});

const newRelease = createRoute({
  getParentRoute: () => shell,
  path: '/template/new',
  component: lazyRouteComponent(() => import('./sync/NewReleasePage'), 'NewReleasePage'),
});

const release = createRoute({
  getParentRoute: () => shell,
  path: '/template/releases/$releaseId',
  validateSearch: (search: Record<string, unknown>): { state?: string } => {
    const state = text(search.state);
    return { state: state && releaseSiteStates.includes(state) ? state : undefined };
  },
  component: lazyRouteComponent(() => import('./sync/ReleasePage'), 'ReleasePage'),
});

const clients = createRoute({
  getParentRoute: () => shell,
  path: '/clients',
  component: lazyRouteComponent(() => import('./clients/ClientsPage'), 'ClientsPage'),
});

const providers = createRoute({
  getParentRoute: () => shell,
  path: '/providers',
  validateSearch: (search: Record<string, unknown>): { client?: string } => ({ client: text(search.client) }),
  component: lazyRouteComponent(() => import('./providers/ProvidersPage'), 'ProvidersPage'),
});

const reconciliation = createRoute({
  getParentRoute: () => shell,
  path: '/reconciliation',
  validateSearch: (search: Record<string, unknown>): { state?: FindingState } => ({ state: knownFinding(search.state) }),
  component: lazyRouteComponent(() => import('./reconciliation/ReconciliationPage'), 'ReconciliationPage'),
});

const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  component: lazyRouteComponent(() => import('./users/UsersPage'), 'UsersPage'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: (search: Record<string, unknown>): { campaign?: string } => ({ campaign: text(search.campaign) }),
  component: lazyRouteComponent(() => import('./audit/AuditPage'), 'AuditPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([login, shell.addChildren([home, campaigns, newCampaign, campaign, editCampaign, campaignPrizes, campaignDraws, campaignEntries, campaignClaims, campaignCodes, keyIn, campaignStatistics, campaignRehearsals, campaignReview, template, newRelease, release, clients, providers, reconciliation, users, audit])]),
  basepath: '/admin',
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFailure,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
