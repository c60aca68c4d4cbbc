#include "services/qa-service/training/encoder/teacher_vectors.h"

#include <optional>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/crypto/digest.h"
#include "common/status/status_macros.h"
#include "common/training/checkpoint_folder.h"
#include "common/training/named_tensors.h"

namespace clientele::qa {
namespace {

constexpr char kVectorsFile[] = "vectors.pt";
constexpr char kIdentityFile[] = "identity";

std::string IdentityOf(const EncoderBundle& teacher, const std::vector<std::string>& texts) {
  std::string weights;
  for (const model::v1::File& file : teacher.model().manifest().files()) {
    absl::StrAppend(&weights, file.path(), " ", file.sha256(), "\n");
  }
  return crypto::Sha256Hex(absl::StrCat(weights, absl::StrJoin(texts, "\n")));
}

}  // namespace

absl::StatusOr<at::Tensor> TeacherVectors(const EncoderBundle& teacher,
                                          const std::vector<std::string>& texts,
                                          const std::filesystem::path& folder,
                                          const std::function<void(absl::string_view)>& progress) {
  const std::int64_t width = teacher.model().manifest().outputs(0).shape(1);
  at::Tensor vectors =
      at::empty({static_cast<std::int64_t>(texts.size()), width}, at::TensorOptions(at::kHalf));
  const std::vector<training::NamedTensor> kept = {{"vectors", vectors}};
  const std::string identity = IdentityOf(teacher, texts);
  const training::CheckpointFolder disk(folder);
  CLIENTELE_ASSIGN_OR_RETURN(const auto files, disk.ReadNewest());
  if (files.has_value()) {
    const auto stored = files->find(kIdentityFile);
    const auto bytes = files->find(kVectorsFile);
    if (stored != files->end() && bytes != files->end() && stored->second == identity) {
      CLIENTELE_RETURN_IF_ERROR(training::CopyInto(bytes->second, kept));
      return vectors;
    }
    CLIENTELE_RETURN_IF_ERROR(disk.Clear());
  }
  CLIENTELE_ASSIGN_OR_RETURN(EncoderRows rows, teacher.Encode(texts, progress));
  vectors.copy_(at::from_blob(rows.vectors.data(), vectors.sizes(), at::kFloat));
  CLIENTELE_ASSIGN_OR_RETURN(std::string bytes, training::ToBytes(kept));
  CLIENTELE_RETURN_IF_ERROR(
      disk.Write(0, {{kVectorsFile, std::move(bytes)}, {kIdentityFile, identity}}));
  return vectors;
}

}  // namespace clientele::qa
