import { IMAGE_MARK, type SampleImage } from '../sample.ts';
import { at } from '../at.ts';
import { FormatError } from '../errors.ts';
import type { Converter, DataRow } from './converter.ts';
import { answerSample, letterOf } from './make-sample.ts';
import { fieldOf, has, imagesField, optionalText, textField, textList } from './row-fields.ts';

/** MMMU: lettered options or an open answer, up to seven images at the places `<image 1>` to `<image 7>`. */
export const mmmu: Converter = {
  name: 'mmmu',
  rowFormat: '{ id, question, options: list, answer, question_type, image_1, ..., image_7 }',
  convert: (row, context) => {
    const { location, index } = context;
    const options = row['question_type'] === 'open' || !has(row, 'options') ? [] : textList(row, ['options'], location);
    const lettered = options.map((option, place) => `${letterOf(place)}. ${option}`);
    const { text, images } = placeImages([textField(row, ['question'], location), ...lettered].join('\n'), row, location);
    const subject = optionalText(row, ['subject', 'subfield'], location);
    const shared = {
      name: 'mmmu',
      id: optionalText(row, ['id'], location) ?? `mmmu-${String(index)}`,
      images,
      question: text,
      ability: 'science',
      context,
      facts: subject === undefined ? {} : { subject },
    };
    if (options.length > 0) {
      // The verifier reads texts; options that are images are named by their letters.
      const parameters = options.length > 1 && options.every((option) => !/^$|<image /.test(option)) ? { options } : {};
      return [answerSample({ ...shared, answer: textField(row, ['answer'], location), verifier: 'choice', parameters })];
    }
    const truth = openTruth(fieldOf(row, ['answer'], location));
    const answer = at(truth, 0);
    // Several right answers are spellings of one value, or texts of which each is right.
    if (truth.every((text) => /\d/.test(text))) return [answerSample({ ...shared, answer, verifier: 'mathverify' })];
    return [answerSample({ ...shared, answer, truth: truth.length === 1 ? answer : truth, verifier: 'text' })];
  },
};

/** Open answers are a text, or several right ones as a list in text. */
function openTruth(answer: unknown): string[] {
  if (Array.isArray(answer)) return answer.map(String);
  const text = String(answer);
  return text.startsWith('[') ? textList({ answer: text }, ['answer'], '') : [text];
}

/** Marks in the order of the text, each with its image; an image that is named twice comes twice. */
function placeImages(text: string, row: DataRow, location: string): { text: string; images: SampleImage[] } {
  const images: SampleImage[] = [];
  const marked = text.replace(/<image (\d)>/g, (_mark, number: string) => {
    const [image] = imagesField(row, [`image_${number}`], location);
    if (image === undefined)
      throw new FormatError('image_mismatch', `the question names <image ${number}>, and /image_${number} is empty; add the image`, {
        location,
      });
    images.push(image);
    return IMAGE_MARK;
  });
  return { text: marked, images };
}
