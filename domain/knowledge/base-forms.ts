/**
 * English words whose forms no rule of spelling leads back: "taken" and "took" are "take". The first of each
 * line is the base form. Forms that are more often another word ("left", "saw", "felt") are left out.
 */
const FORMS = `
  become became
  begin began begun
  break broke broken
  bring brought
  build built
  buy bought
  catch caught
  choose chose chosen
  come came
  die died dies dying dead death deaths
  draw drew drawn
  drive drove driven
  eat ate eaten
  fall fell fallen
  find found
  forget forgot forgotten
  freeze froze frozen
  give gave given
  go went gone goes
  grow grew grown
  hang hung
  hide hid hidden
  hold held
  keep kept
  know knew known
  lead led
  lie lies lying
  lose lost losing
  make made
  meet met
  pay paid
  run ran
  see seen
  sell sold
  send sent
  shake shook shaken
  sink sank sunk
  speak spoke spoken
  spend spent
  stand stood
  stick stuck
  take took taken
  teach taught
  tell told
  think thought
  throw threw thrown
  understand understood
  wake woke woken
  win won
  write wrote written

  analysis analyses
  child children
  crisis crises
  criterion criteria
  hypothesis hypotheses
  index indices indexes
  man men
  matrix matrices
  mouse mice
  status statuses
  thesis theses
  vertex vertices
  woman women
`;

const BASE_FORMS: ReadonlyMap<string, string> = new Map(
  FORMS.trim()
    .split("\n")
    .flatMap((line) => {
      const [base = "", ...forms] = line.trim().split(/\s+/);
      return forms.map((form) => [form, base] as const);
    }),
);

/** The base form of an irregular one; any other word as it is. In the form that `words` yields. */
export function baseForm(word: string): string {
  return BASE_FORMS.get(word) ?? word;
}
