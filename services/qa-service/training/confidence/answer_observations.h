#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_CONFIDENCE_ANSWER_OBSERVATIONS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_CONFIDENCE_ANSWER_OBSERVATIONS_H_

// What the service's own search finds for questions whose answer is known: what a confidence is
// fitted to.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const auto observed, ObserveAnswers(*encoder, knowledge, {}));
//
// Each question is asked twice: with all articles, and with those of its topic away. For the
// second, topics are dealt into kRemovalRounds rounds by their names; a round's index lacks all of
// its topics. Articles and questions are read, embedded, indexed and searched as the service does.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/qa-service/core/answering/confidence.h"
#include "services/qa-service/core/answering/passage_ranker.h"
#include "services/qa-service/core/answering/passage_reader.h"
#include "services/qa-service/training/confidence/asked_knowledge.h"
#include "services/qa-service/training/encoder_bundle.h"

namespace clientele::qa {

inline constexpr std::size_t kRemovalRounds = 5;

struct ObservedHit {
  AnswerFeatures features = {};  // but for the margin, which depends on the order
  double score = 0;              // of the search
  bool right = false;            // it is of an article that answers
};

struct AnswerObservation {
  std::vector<ObservedHit> hits = {};  // in the order of the search; not empty
  bool stands = false;                 // an article that answers is there
  std::string topic = {};              // of the question
};

// What is first by these weights, as the service orders hits.
struct FirstHit {
  AnswerFeatures features = {};
  bool right = false;
};
FirstHit FirstOf(const AnswerObservation& observation, const OrderWeights& weights);

struct ObservedKnowledge {
  std::string name = {};
  // Questions for which nothing at all is found have none: they are never answered.
  std::vector<AnswerObservation> observations = {};
  std::size_t standing = 0;  // questions that were asked while their article stood
  std::size_t removed = 0;   // and while it did not, with those that nothing answers
};

struct ObservationOptions {
  SearchOptions search = {};
  // Borrowed; null: none looks at the passages.
  const PassageRanker* ranker = nullptr;
  const PassageReader* reader = nullptr;
  std::size_t judged_passages = 8;
  std::function<void(absl::string_view)> progress = {};
};

// INVALID_ARGUMENT for knowledge without articles or questions, and for a question whose topic no
// article has; INTERNAL where a model fails.
absl::StatusOr<ObservedKnowledge> ObserveAnswers(const EncoderBundle& encoder,
                                                 const AskedKnowledge& knowledge,
                                                 const ObservationOptions& options);

// The round in which a topic is away: the same for the same name.
std::size_t RoundOf(absl::string_view topic);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_CONFIDENCE_ANSWER_OBSERVATIONS_H_
