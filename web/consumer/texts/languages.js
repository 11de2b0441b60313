/** The languages that there are texts in, the one for all others first. */
export const LANGUAGES = ['en', 'es', 'pt', 'id', 'ar'];
