import type { Metadata, Viewport } from 'next';
import type { CSSProperties, ReactNode } from 'react';
import { campaign, language } from '../lib/campaign';
import { brandProperties } from '../lib/contrast';
import { texts } from '../lib/texts';
import '../styles/base.css';
import '../styles/campaign.css';
import '../styles/form.css';
import '../styles/pages.css';
import '../styles/site.css';

export const metadata: Metadata = { title: texts.siteTitle, referrer: 'no-referrer', formatDetection: { telephone: false, address: false, email: false } };
export const viewport: Viewport = { width: 'device-width', initialScale: 1, themeColor: campaign.colours.primary };

// The site talks to its own address and to the API, and to nobody else. Next's start-up needs its inline scripts.
const policy = [
  "default-src 'self'", "script-src 'self' 'unsafe-inline'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: https: http:",
  `connect-src 'self' ${new URL(campaign.apiUrl).origin}`, "object-src 'none'", "base-uri 'none'", "form-action 'self'",
].join('; ');

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang={language} style={brandProperties(campaign.colours.primary) as CSSProperties} suppressHydrationWarning>
      <head><meta httpEquiv="Content-Security-Policy" content={policy} /></head>
      <body>
        <a className="skip" href="#content">{texts.skipToContent}</a>
        <noscript><p className="noscript">{texts.noScript}</p></noscript>
        {children}
      </body>
    </html>
  );
}
