import file from '../content/campaign.json';
import type { CampaignFile } from './types';

/** This site's own settings, fixed when it was built. */
export const campaign: CampaignFile = file;

/** The language of the page; English as written in Britain when the campaign names none. */
export const language: string = campaign.languages[0] ?? 'en-GB';
