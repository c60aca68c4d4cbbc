#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_CONFIDENCE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_CONFIDENCE_H_

// How sure it is that a passage answers a question: a logistic regression over
// what the search found,
//
//   confidence = 1 / (1 + exp(-(bias + sum of weight_i * feature_i)))
//
// The default weights were fitted to public support questions with known answers
// and to questions of other fields that nothing answers (README.md says how). A text encoder may
// bring weights that were fitted to its own vectors, see confidence_settings.h.
// Pure functions, thread-safe.

#include "services/qa-service/core/answering/judgment.h"
#include "services/qa-service/core/retrieval/knowledge_index.h"

namespace clientele::qa {

struct AnswerFeatures {
  double coverage = 0;   // PassageHit::coverage, 0 to 1
  double mass = 0;       // ln(1 + idf of the question's words that were found), 0 to about 4
  double cosine = 0;     // the better of the two rows, 0 to 1
  double agreement = 0;  // the cosine of the weaker row; 0 where there is one row
  // How far the second article is behind the first, relative to it, 0 to 1; 0 when
  // there is none to compare with.
  double margin = 0;
  double rank = 0;     // RankEvidence, -1 to 1
  double reading = 0;  // ReadingEvidence, -1 to 1
};

struct NamedFeature {
  const char* name;
  double AnswerFeatures::*value;
  // Of models that read question and passage together: weights that were fitted without them have
  // none for it.
  bool judged = false;
};

// All of them.
inline constexpr NamedFeature kNamedFeatures[] = {
    {"coverage", &AnswerFeatures::coverage},    {"mass", &AnswerFeatures::mass},
    {"cosine", &AnswerFeatures::cosine},        {"agreement", &AnswerFeatures::agreement},
    {"margin", &AnswerFeatures::margin},        {"rank", &AnswerFeatures::rank, true},
    {"reading", &AnswerFeatures::reading, true}};

struct ConfidenceWeights {
  double bias = 0;
  AnswerFeatures of = {};  // the weight of each feature
};

// Weights, the least confidence that answers, and how hits are ordered, as they were fitted
// together.
struct FittedConfidence {
  ConfidenceWeights weights = {};
  double min_confidence = 0.5;
  OrderWeights order = {};
};

struct ConfidenceOptions {
  // With vectors of an encoder that brings no weights of its own, and by words alone.
  FittedConfidence hybrid = {.weights = {-6.5, {2.6, 2.0, 1.5, 1.5, 1.7}}};
  FittedConfidence words = {.weights = {-6.1, {3.3, 1.9, 0.0, 0.0, 1.7}}};
};

// AnswerFeatures::margin of the first and the second score.
double ScoreMargin(double best, double second);

// Of result.hits[0], with what models make of it; there is one.
AnswerFeatures FeaturesOf(const SearchResult& result, const Judgment& judgment = {});

// In (0, 1).
double Confidence(const AnswerFeatures& features, const ConfidenceWeights& weights);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_CONFIDENCE_H_
