/** The areas of OCRBench v2 and their types, by language. */
export const AREAS: Readonly<Record<string, readonly string[]>> = {
  'en text_recognition': ['text recognition en', 'fine-grained text recognition en', 'full-page OCR en'],
  'en text_detection': ['text grounding en', 'VQA with position en'],
  'en text_spotting': ['text spotting en'],
  'en relationship_extraction': ['key information extraction en', 'key information mapping en'],
  'en element_parsing': ['document parsing en', 'chart parsing en', 'table parsing en', 'formula recognition en'],
  'en mathematical_calculation': ['math QA en', 'text counting en'],
  'en visual_text_understanding': ['document classification en', 'cognition VQA en', 'diagram QA en'],
  'en knowledge_reasoning': ['reasoning VQA en', 'science QA en', 'APP agent en', 'ASCII art classification en'],
  'cn text_recognition': ['full-page OCR cn'],
  'cn relationship_extraction': ['key information extraction cn', 'handwritten answer extraction cn'],
  'cn element_parsing': ['document parsing cn', 'table parsing cn', 'formula recognition cn'],
  'cn visual_text_understanding': ['cognition VQA cn'],
  'cn knowledge_reasoning': ['reasoning VQA cn', 'text translation cn'],
};

/** Types that are scored as whole texts; so are short Chinese essays. */
export const WHOLE_TEXTS: readonly string[] = [
  'fine-grained text recognition en',
  'full-page OCR en',
  'full-page OCR cn',
  'text translation cn',
];
