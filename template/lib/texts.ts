/** Every text of the site that is not the campaign's own, in British English. */

import { claimTexts, receiptTexts } from './texts-draws';

export const plural = (count: number, one: string, many: string): string => `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

/** A length of time in the largest unit that gives a whole number: "2 hours", "90 seconds". */
export function duration(seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return plural(seconds / 86_400, 'day', 'days');
  if (seconds >= 3_600 && seconds % 3_600 === 0) return plural(seconds / 3_600, 'hour', 'hours');
  if (seconds >= 60 && seconds % 60 === 0) return plural(seconds / 60, 'minute', 'minutes');
  return plural(seconds, 'second', 'seconds');
}

export const texts = {
  receipt: receiptTexts,
  claim: claimTexts,

  siteTitle: 'Prize promotion',
  skipToContent: 'Skip to content',
  noScript: 'This page needs JavaScript to show the campaign and take your entry. Please turn it on, or use another browser.',
  loading: 'Loading the campaign …',
  loadFailed: {
    heading: 'We can’t reach the campaign right now',
    text: 'This is usually over in a moment. Your connection or our server may be having a short break.',
    retry: 'Try again',
  },
  preview: 'Preview: only people with the preview link see this page. Entries can’t be sent from it.',
  previewEnded: 'This preview link is not valid any more. Ask for a new one.',

  nav: { home: 'Home', winners: 'Winners', terms: 'Terms and conditions', privacy: 'Privacy', backHome: 'Back to the campaign' },
  footer: {
    promoter: 'Promoter',
    note: 'Please read the full terms and conditions before you enter.',
  },

  countdown: {
    opens: 'Opens in', closes: 'Closes in', opening: 'Opening now …', closing: 'Closing now …',
    days: ['day', 'days'], hours: ['hour', 'hours'], minutes: ['min', 'min'], seconds: ['sec', 'sec'],
  },

  states: {
    holding: { heading: 'Something good is on its way', text: 'This page is being prepared. Please come back soon.' },
    scheduled: { tag: 'Opening soon', text: (date: string) => `Entries open on ${date}.` },
    live: { tag: 'Open for entries', closes: (date: string) => `Closes ${date}` },
    paused: {
      tag: 'Paused', heading: 'Entries are paused for the moment',
      text: 'We have paused this promotion for a short while. Entries already made are safe and still count. This page goes on by itself when entries open again.',
    },
    closed: {
      tag: 'Closed', heading: 'Entries are closed',
      text: (date: string) => (date === '' ? 'Thank you to everybody who took part.' : `This promotion closed on ${date}. Thank you to everybody who took part.`),
      draw: (date: string) => `The winners are drawn on ${date} and then named here.`,
      drawSoon: 'The winners are named here once they have been drawn and told.',
    },
    drawn: { tag: 'Winners drawn', heading: 'The draw has taken place', text: 'Thank you to everybody who took part. Winners are told first, then named here.', link: 'See the winners' },
    completed: { tag: 'Completed', heading: 'This promotion is over', text: 'Thank you to everybody who took part.', link: 'See the winners' },
  },

  prizes: {
    heading: 'What you can win',
    headingOver: 'The prizes',
    toBeWon: (count: number) => `${count.toLocaleString('en-GB')} to be won`,
    unlimited: 'No fixed number',
    instant: 'Instant win', gift: 'Gift', draw: 'Prize draw', drawNamed: (name: string) => `Prize draw: ${name}`,
    giftCount: (count: number) => plural(count, 'gift', 'gifts'),
    drawn: (date: string) => `Drawn ${date}`,
    drawnLater: 'Drawn after closing',
  },

  conditions: {
    heading: 'Conditions in short',
    aside: 'Prizes and conditions',
    howToEnter: 'How to enter',
    howToEnterText: 'Fill in and send the entry form on this site while the promotion is open.',
    howToEnterCode: 'Each entry uses up one code from a promotional pack, or is made by the free entry route.',
    howToEnterInstant: 'You are told at once whether you have won an instant prize.',
    dates: 'Dates',
    opens: (date: string) => `Opens ${date}`,
    closes: (date: string) => `Closes ${date}`,
    freeRoute: 'Free entry route',
    who: 'Who can enter',
    minimumAge: (age: number) => `People aged ${age} or over on the day they enter.`,
    anyAge: 'There is no minimum age; see the full terms for other restrictions.',
    limits: 'Limits',
    noLimits: 'No limit on entries per person.',
    limitsPerPool: 'These limits count per person within each prize pool.',
    entries: (count: number) => `${plural(count, 'entry', 'entries')} per person`,
    entriesPerDay: (count: number, zone: string) => `${plural(count, 'entry', 'entries')} per person per day (${zone})`,
    interval: (seconds: number) => `At least ${duration(seconds)} between two entries by one person`,
    wins: (count: number) => `${plural(count, 'prize', 'prizes')} per person; gifts are not counted`,
    prizes: 'Prizes',
    gifts: 'Gifts',
    prizeLine: (name: string, stock: number | null) => (stock === null ? name : `${stock.toLocaleString('en-GB')} × ${name}`),
    draw: 'Prize draw',
    drawLine: (name: string, prizes: string, date: string) => `${name}: ${prizes}.${date === '' ? '' : ` Drawn ${date}.`}`,
    promoter: 'Promoter',
    fullTerms: 'Read the full terms and conditions',
  },

  form: {
    heading: 'Enter here',
    summary: 'Fields marked “optional” may be left empty.',
    conditionsLink: 'Conditions in short',
    glanceAge: (age: number) => `${age}+`,
    optional: 'optional',
    pack: 'Your code',
    code: 'Code from the pack',
    codeHint: 'Capital or small letters, with or without hyphens. Each code counts once.',
    free: 'I have no code: enter without buying anything',
    freeHint: 'Your chances are the same as with a code.',
    freeByPost: 'No purchase? You can enter free by post:',
    you: 'About you',
    firstName: 'First name', lastName: 'Last name', email: 'Email address', phone: 'Phone number',
    postcode: 'Postcode', county: 'County', dateOfBirth: 'Date of birth',
    emailHint: 'We use it to tell you if you win.',
    dateOfBirthHint: (age: number | null) => (age ? `You must be ${age} or over to enter.` : 'Day, month and year.'),
    countyHint: 'If you win, your surname and county may be published. You can object.',
    questions: 'One more thing',
    questionsMany: 'A few more things',
    choose: 'Please choose',
    agreement: 'Agreement',
    terms: 'I have read and accept the terms and conditions',
    termsLink: 'Read the terms and conditions',
    newTab: 'opens in a new tab',
    consents: 'Stay in touch',
    consentsHint: 'These are up to you and make no difference to your chances. You can change your mind at any time.',
    privacyLink: 'How we use your data',
    honeypot: 'Leave this field empty',
    submit: 'Enter now',
    tryAgain: 'Try again',
    tryAgainIn: (seconds: number) => `Try again in ${seconds > 120 ? plural(Math.ceil(seconds / 60), 'minute', 'minutes') : plural(seconds, 'second', 'seconds')}`,
    previewOnly: 'Entries can’t be sent from a preview.',
    sending: 'Sending your entry …',
    sendingAgain: (attempt: number, most: number) => `Sending again (attempt ${attempt} of ${most}) …`,
    waiting: (seconds: number) => `It’s busy right now. We keep your entry and try again in ${plural(seconds, 'second', 'seconds')}. Please leave this page open.`,
    pending: 'Your last entry was sent but we don’t know if it arrived. Send the same details again: it will count only once.',
    errorSummary: 'Please check your entry',
    refusedSummary: 'Your entry was not accepted',
    unansweredSummary: 'We have no answer yet',
    safeToRepeat: 'Your details are still in the form. Trying again with the same details can’t make a second entry.',
    reference: (id: string) => `Reference: ${id}`,
    errors: {
      code: 'Enter the code from your pack', codeOrFree: 'Enter the code from your pack, or tick that you have none',
      firstName: 'Enter your first name', lastName: 'Enter your last name',
      email: 'Enter your email address', emailForm: 'Enter an email address like name@example.com',
      dateOfBirth: 'Enter your date of birth', dateOfBirthForm: 'Enter a real date of birth, for example 27 3 1990',
      underAge: (age: number) => `You must be ${age} or over to enter`,
      postcode: 'Enter your postcode',
      terms: 'Accept the terms and conditions to enter',
      answer: (label: string) => `Answer “${label}”`,
      tick: (label: string) => `Tick “${label}” to enter`,
      number: (label: string) => `Enter a number for “${label}”`,
    },
  },

  /** By the API's stable problem code. */
  refusals: {
    'campaign.not_open': 'Entries have not opened yet. Please come back when the countdown has ended.',
    'campaign.has_closed': 'Entries have closed, so this entry could not be taken.',
    'campaign.paused': 'Entries are paused for the moment. Your details stay in the form as long as this page is open.',
    'entry.limit_reached': 'You have already entered as often as this promotion allows. Your earlier entries still count.',
    'entry.terms_not_accepted': 'The terms and conditions have changed or were not accepted. Please read them and tick the box again.',
    'entry.under_age': (age: number | null) => (age ? `You must be ${age} or over to enter this promotion.` : 'You are not old enough to enter this promotion.'),
    'entry.not_accepted': 'We could not accept this entry. A browser or password manager may have filled in a hidden field: please try again without autofill.',
    'entry.code_invalid': 'This code is not valid, or it has been used. Please check it and try again.',
    'captcha.failed': 'We could not confirm that you are a person. Please try again.',
    'idempotency.key_reused': 'These details differ from the ones sent a moment ago. Please check them and send the form again.',
  } satisfies Record<string, string | ((minimumAge: number | null) => string)>,

  refused: {
    checkFields: 'Some details need another look.',
    noAnswer: 'We could not reach the server. Please check your connection and try again.',
    tooMany: 'Many entries are coming from your connection at the moment. Please wait a little and try again.',
    busy: 'It’s very busy right now and your entry could not be taken yet. Please try again in a moment.',
    erased: 'This entry was deleted together with your personal data, as requested.',
    broken: 'Something went wrong on our side. Please try again in a moment.',
    unknown: 'Your entry could not be accepted. Please check your details and try again.',
  },

  result: {
    prize: { tag: 'Winner', heading: (name: string) => `You’ve won: ${name}!`, plain: 'You’ve won a prize!', text: 'Congratulations. This win is reserved for you.' },
    gift: { tag: 'A gift for you', heading: (name: string) => `A gift for you: ${name}`, plain: 'A gift for you', text: 'Thank you for taking part. This one is on us.' },
    none: { tag: 'Entry received', heading: 'No instant win this time', plain: 'No instant win this time', text: 'Thank you for taking part. Your entry has been recorded.' },
    noneDraw: { heading: 'You’re in the draw!' },
    claim: 'Claim it now',
    claimHint: 'Keep this link to yourself: it is how you claim.',
    coupon: 'Your code',
    couponExpires: (date: string) => `Valid until ${date}`,
    copyCode: 'Copy the code',
    draw: (date: string) => `You’re also in the prize draw on ${date}.`,
    drawOnly: (date: string) => `The winners are drawn on ${date}. We’ll tell you by email if you win.`,
    drawNoDate: 'You’re in the prize draw.',
    number: (number: string) => `Entry number ${number}`,
    received: (date: string) => `Received ${date}`,
    receiptHeading: 'Your receipt',
    receiptText: 'Keep this: the signed receipt proves that your entry was taken and what came of it. Save the file or the link before you leave: this page can’t show them again.',
    receiptLink: 'Your receipt’s own page',
    receiptLinkText: 'shows later whether you were drawn, and how to check that yourself.',
    receiptShow: 'Show the receipt',
    copy: 'Copy', copied: 'Copied', copyFailed: 'Copying is not possible here: select the text below instead.', download: 'Download (JSON)',
    another: 'Enter again',
  },

  winners: {
    heading: 'Winners',
    lead: 'Surname and county of the people who won.',
    none: 'No winners have been published yet.',
    noneText: 'Winners are told first. Once that is done, their surnames and counties appear here.',
    published: (date: string) => `Published ${date}`,
    columns: { position: 'No.', name: 'Winner', county: 'County', prize: 'Prize' },
    emptyDraw: 'This draw has no published winners.',
    certificate: (name: string) => `Certificate of ${name}: what was drawn, and how to check it yourself`,
    levels: {
      committed: 'Evidence level “committed”: it shows only that nothing was changed after the list of entries was fixed. This is not evidence that the draw was random.',
      observed: 'Evidence level “observed”: a named independent person supplied the random number.',
      beacon: 'Evidence level “beacon”: a public source of randomness decided, and anybody can check the draw.',
      'beacon-unwitnessed': 'Evidence level “beacon-unwitnessed”: a public source of randomness decided; the time of the commitment is the platform’s own statement.',
    } as Record<string, string>,
  },

  terms: {
    heading: 'Terms and conditions',
    version: (version: number) => `Version ${version}`,
    freeRoute: 'Free entry route',
    permanent: 'Permanent address of this version',
    hash: 'Fingerprint of the text (SHA-256)',
    print: 'Print',
    notYet: 'The terms and conditions appear here once the campaign has been published.',
  },

  privacy: {
    heading: 'Privacy',
    notYet: 'The privacy notice appears here once the campaign has been published.',
    sections: (promoter: string): { heading: string; paragraphs: string[] }[] => [
      { heading: 'Who we are', paragraphs: [`${promoter} runs this promotion and decides how your personal data is used for it.`] },
      { heading: 'What we collect and why', paragraphs: [
        'The details that you type into the entry form, the time of your entry and what came of it. We use them to run the promotion: to check the conditions of entry, draw winners, tell them, deliver prizes and prevent misuse.',
        'We use your details for marketing only if you ticked the box for it. You can withdraw that at any time and it never affects your chances.',
      ] },
      { heading: 'What stays in your browser', paragraphs: [
        'No tracking, no cookies, no third parties. The links of receipts and claims hold their secret behind a #, which no server gets with the address. While an entry is being sent, this tab remembers a random number, so that your entry counts only once. It is removed as soon as we have answered.',
      ] },
      { heading: 'Who sees it', paragraphs: [
        `${promoter}, and those who run this promotion, host it and deliver the prizes on its behalf. The surname and county of winners may be published; winners are told first and may object.`,
      ] },
      { heading: 'How long we keep it', paragraphs: ['Only for as long as the promotion, the delivery of its prizes and possible disputes about it need. Then it is deleted.'] },
      { heading: 'Your rights', paragraphs: [
        `You can ask for a copy of your data, have it corrected or deleted, object to its use, or complain. Write to ${promoter} at the address below. You can also complain to the Information Commissioner’s Office (ico.org.uk).`,
      ] },
    ],
    consents: 'What we ask your permission for',
    contact: 'Contact',
  },

  notFound: { heading: 'This page does not exist', text: 'The address may be mistyped or the page may have moved.' },
};
