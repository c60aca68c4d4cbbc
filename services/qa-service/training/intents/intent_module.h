#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_MODULE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_MODULE_H_

// A classifier of intents as a TorchScript module of the task TEXT_CLASSIFIER.
//
// A row is the encoder's tokens (segment 0) and, behind them, the text's lists of n-grams (segments
// 1, 2, ...), as Tokenizer.ngrams of the manifest says. `scores` are ln of the probabilities of the
// labels; where the model rejects, its out-of-scope label is the last. The module computes what
// intent_model.h defines, in float32, with operators of TorchScript alone.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "services/qa-service/training/intents/intent_model.h"

namespace clientele::qa {

// An encoder that was trained further: its module, and scores = scale * cos(vector, classes) +
// bias.
struct TunedEncoder {
  torch::jit::Module module;
  at::Tensor classes;  // float32 [labels, dimension]
  at::Tensor bias;     // float32 [labels]
  double scale = 20;
};

struct EncoderModule {
  torch::jit::Module module;
  std::int64_t max_tokens = 0;
  // Ids of it are below this.
  std::int64_t vocabulary = 0;
};

// Throws what torch throws.
torch::jit::Module MakeIntentModule(const IntentModel& model, const EncoderModule& encoder,
                                    const std::optional<TunedEncoder>& tuned);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_MODULE_H_
