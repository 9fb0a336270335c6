/** The longest slug of a campaign. */
export const slugMax = 40;

/** A slug of a campaign: 3 to 40 of a-z, 0-9 and hyphen, starting with a letter. */
export const isSlug = (text: string, min = 3) =>
  text.length >= min && text.length <= slugMax && /^[a-z][a-z0-9-]*$/.test(text);

/** Suggests a slug for a name: "Été à Paris!" → "ete-a-paris". Empty when the name has nothing to make one of. */
export function suggestSlug(name: string): string {
  const plain = name
    .replace(/ß/g, 'ss').replace(/[æÆ]/g, 'ae').replace(/[øØ]/g, 'o').replace(/[œŒ]/g, 'oe').replace(/[łŁ]/g, 'l')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/&/g, ' and ')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '');
  const cut = plain.length > slugMax ? plain.slice(0, slugMax + 1).replace(/-[^-]*$/, '').slice(0, slugMax) : plain;
  return cut.replace(/-+$/, '');
}
