/** What asks a model to finish an answer that was stopped or cut. Text only. */

export const CONTINUE_REQUEST =
  'Your last answer was cut off. Go on exactly where it stopped, in the middle of the sentence or ' +
  'the code if that is where it was. Repeat nothing of it and say nothing about the break. If ' +
  'nothing was said yet, answer now.';
