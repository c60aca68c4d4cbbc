#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_DISTILLATION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_DISTILLATION_H_

// Trains a text encoder to give the vectors of a teacher.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const DistillationResult result,
//                              Distill(module, data, options));
//
// Of a text x with the student's vector s and the teacher's vector t, both of unit length, the loss
// is weight * (1 - s.t) + KL(p(t) || p(s)): p(v) is the softmax of v.b / temperature over a bank of
// the teacher's vectors b, those of the batch and others drawn at random, so that the neighbors of
// a text stay its neighbors (Fang et al., SEED: Self-supervised distillation for visual
// representation, ICLR 2021). A translation has its original's t (Reimers and Gurevych, Making
// monolingual sentence embeddings multilingual using knowledge distillation, EMNLP 2020). Texts
// that belong together find one another among those of their batch: InfoNCE (van den Oord et al.,
// 2018) in both directions.
//
// Every floating-point tensor of the module learns, by AdamW with warm-up and a cosine.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/inference/tasks/token_row.h"

namespace clientele::qa {

struct DistillationData {
  struct Taught {
    inference::TokenRow tokens = {};
    std::int64_t taught = 0;  // row of `vectors`
    int repeat = 1;           // in an epoch
    bool translated = false;
  };
  struct Related {
    inference::TokenRow first = {};
    inference::TokenRow second = {};
    int repeat = 1;
  };
  at::Tensor vectors;  // [texts, width], unit rows, float16 or float32
  std::vector<Taught> taught;
  std::vector<Related> related;
  // Not learned from: what the result's cosines are measured on.
  std::vector<Taught> held_out;
};

struct DistillationOptions {
  std::uint64_t seed = 1;
  int epochs = 4;
  std::size_t batch_tokens = 2048;
  std::size_t related_batch_tokens = 4096;
  double learning_rate = 1e-3;
  double warm_up = 0.05;  // share of the steps
  std::int64_t bank = 512;
  double temperature = 0.05;
  double cosine_weight = 5;
  // Of the texts that belong together, beside the taught ones.
  double related_weight = 0.5;
  std::filesystem::path checkpoints = {};  // empty: none
  int checkpoint_every = 200;
  // Takes what the newest checkpoint has as it is, but for one step.
  bool finish_now = false;
  // What the checkpoints belong to.
  std::string fingerprint = {};
  std::function<void(absl::string_view)> progress = {};
};

struct DistillationResult {
  // Mean cosine of held-out texts with their teacher's vectors, and of held-out translations with
  // their originals'; 0 where there are none.
  double cosine = 0;
  double translated_cosine = 0;
};

// `module` is changed. INVALID_ARGUMENT where there is nothing to learn; errors of RunLoop.
absl::StatusOr<DistillationResult> Distill(torch::jit::Module& module, const DistillationData& data,
                                           const DistillationOptions& options);

// Mean over the rows of s.t; 0 for none. For Distill and its tests.
double MeanCosine(torch::jit::Module& module, const DistillationData& data,
                  const std::vector<const DistillationData::Taught*>& rows);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_DISTILLATION_H_
