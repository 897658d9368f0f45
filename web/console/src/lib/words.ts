/**
 * The console's texts. Every feature keeps its own in `words.ts`, by language; English is always whole, another language may
 * lack entries while it is being translated and falls back feature by feature.
 */
export type Language = 'en' | 'id' | 'ms' | 'th' | 'vi' | 'zh';

const spoken: Language = 'en';

/** Texts of one feature: call the result to read them in the language that is spoken. */
export function catalogue<Texts>(texts: { en: Texts } & Partial<Record<Language, Texts>>): () => Texts {
  return () => texts[spoken] ?? texts.en;
}
