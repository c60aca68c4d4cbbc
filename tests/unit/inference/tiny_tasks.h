#ifndef CLIENTELE_TESTS_UNIT_INFERENCE_TINY_TASKS_H_
#define CLIENTELE_TESTS_UNIT_INFERENCE_TINY_TASKS_H_

// Bundles of TorchScript modules of a few numbers, a task each, and how they are opened.
//
//   TemporaryFolder folder;
//   const auto handle = ModelHandle<TextRankerModel>::Create(
//       WriteTask(folder, module, TinyPairManifest(...), golden));

#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/versions/model_handle.h"
#include "tests/support/temporary_folder.h"

namespace torch::jit {
struct Module;
}  // namespace torch::jit

namespace clientele::inference::testing {

// A BERT tokenizer of these words; every other is [UNK].
enum TinyWord : std::int64_t {
  kPad,
  kUnknown,
  kCls,
  kSep,
  kMask,
  kFree,
  kReturn,
  kCafe,
  kQuestionMark,
  kHan,  // 退
  kTinyWords
};

// A module with a buffer `table` of [kTinyWords, width], zeros but for `rows`, and methods. Without
// rows the width is 1.
torch::jit::Module TinyTableModule(const std::map<TinyWord, std::vector<float>>& rows,
                                   const std::string& methods);

// "tiny", version 1: ids, mask and segments, the tokenizer of the words above, 12 tokens.
model::v1::Bundle TinyTokensManifest(model::v1::Task task);
// Two rows of different lengths.
std::vector<at::Tensor> TinyTokensInputs();

// Writes the bundle, signed, and says how a service opens it.
ModelHandleOptions WriteTask(const clientele::testing::TemporaryFolder& folder,
                             const torch::jit::Module& module, model::v1::Bundle manifest,
                             const std::vector<at::Tensor>& golden_inputs);

}  // namespace clientele::inference::testing

#endif  // CLIENTELE_TESTS_UNIT_INFERENCE_TINY_TASKS_H_
