#include "common/modeling/onnx/onnx_weights.h"

#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {

absl::StatusOr<std::unique_ptr<const OnnxFile>> OnnxFile::Open(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in) {
    return absl::NotFoundError(
        absl::StrCat(path.string(), ": the file can't be opened: check its name and permissions"));
  }
  if (size > static_cast<std::uintmax_t>(kMaxOnnxBytes)) {
    return absl::ResourceExhaustedError(
        absl::StrCat(path.string(), ": is larger than ", kMaxOnnxBytes, " bytes"));
  }
  std::unique_ptr<OnnxFile> file(new OnnxFile);
  file->name_ = path.filename().string();
  file->content_.resize(size);
  if (!in.read(file->content_.data(), static_cast<std::streamsize>(size))) {
    return absl::NotFoundError(absl::StrCat(path.string(), ": the file can't be read"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(file->model_, ParseOnnx(file->content_, file->name_));
  return std::unique_ptr<const OnnxFile>(std::move(file));
}

std::string OnnxWeights::NameInFile(absl::string_view name) const {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '.');
  std::size_t place = 0;
  if (parts.size() != 3 || parts[0] != "conv" || !absl::SimpleAtoi(parts[1], &place) ||
      place >= file_.model().convolutions.size()) {
    return {};
  }
  const OnnxConvolution& convolution = file_.model().convolutions[place];
  return parts[2] == "weight" ? convolution.weight : convolution.bias;
}

bool OnnxWeights::Has(absl::string_view name, bool /*in_new*/) const {
  return file_.model().tensors.count(NameInFile(name)) > 0;
}

absl::Status OnnxWeights::Fill(const std::string& name, const std::vector<std::int64_t>& shape,
                               Init /*init*/, at::Tensor& out) {
  const std::string at = absl::StrCat(file_.name(), ": ", name);
  const auto found = file_.model().tensors.find(NameInFile(name));
  if (found == file_.model().tensors.end()) {
    return InvalidField(at, "is missing: the graph has fewer convolutions, or one without a bias");
  }
  const OnnxTensor& tensor = found->second;
  if (tensor.shape != shape) {
    return InvalidField(at, absl::StrCat("has the shape [", absl::StrJoin(tensor.shape, ", "),
                                         "], not [", absl::StrJoin(shape, ", "), "]"));
  }
  out = at::empty(shape, at::kFloat);
  std::memcpy(out.data_ptr<float>(), tensor.bytes.data(), tensor.bytes.size());
  taken_.insert(found->first);
  return absl::OkStatus();
}

absl::Status OnnxWeights::Finish() {
  if (!ok()) return status();
  for (std::size_t place = 0; place < file_.model().convolutions.size(); ++place) {
    const std::string& name = file_.model().convolutions[place].weight;
    if (taken_.count(name) == 0) {
      return InvalidField(file_.name(),
                          absl::StrCat("has a convolution more than the architecture, "
                                       "number ",
                                       place, " of its graph"));
    }
  }
  return absl::OkStatus();
}

}  // namespace clientele::modeling
