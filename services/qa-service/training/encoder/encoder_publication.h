#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_PUBLICATION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_PUBLICATION_H_

// Writes the bundle of a text encoder that was trained here, its weights stored as float16.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const fs::path folder,
//                              PublishEncoder(module, manifest, files, {.out = "models"}));

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/crypto/signing.h"
#include "common/inference/torchscript/bundle_writer.h"

namespace clientele::qa {

struct EncoderPublication {
  std::filesystem::path out = {};  // <out>/<name>/<version> is made
  std::string name = {};
  std::string version = {};
  const crypto::SigningKey* key = nullptr;  // null: unsigned
  std::map<std::string, double> metrics = {};
};

// The files of an uncased BERT's tokenizer with this vocabulary, for a bundle.
std::vector<inference::BundleFile> BertTokenizerFiles(absl::Span<const std::string> pieces);

// `manifest` is an encoder's: what it says of files, golden examples and metrics is made anew.
// Errors of WriteBundle.
absl::StatusOr<std::filesystem::path> PublishEncoder(
    const torch::jit::Module& module, model::v1::Bundle manifest,
    const std::vector<inference::BundleFile>& files, const EncoderPublication& publication);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_PUBLICATION_H_
