#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_PLAIN_SEQUENCE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_PLAIN_SEQUENCE_H_

// A sequence model that was just trained, as the model that it would serve as: no bundle, no name.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "services/recommend-service/core/ranking/sequence_model.h"
#include "services/recommend-service/core/training/training_set.h"
#include "services/recommend-service/training/item_sequences.h"

namespace clientele::recommend {

// `module`: of common/modeling/architectures/item_sequence.h, with a row for each id.
std::shared_ptr<const SequenceModel> PlainSequence(std::vector<std::string> item_ids,
                                                   const torch::jit::Module& module,
                                                   std::int64_t positions);

// What each of the set's customers likes, in the order of their first touches, of one time by item.
ItemSequences SequencesOf(const TrainingSet& set);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_PLAIN_SEQUENCE_H_
