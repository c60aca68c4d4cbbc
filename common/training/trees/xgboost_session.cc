#include "common/training/trees/xgboost_session.h"

#include <cstdint>
#include <limits>

#include <xgboost/c_api.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

#include "common/status/status_macros.h"

namespace clientele::training {
namespace {

absl::Status FromReturnCode(int code) {
  if (code == 0) return absl::OkStatus();
  const std::vector<std::string> lines = absl::StrSplit(XGBGetLastError(), '\n');
  return absl::InternalError(absl::StrCat("XGBoost failed: ", lines.front()));
}

absl::Status SetFieldTypes(void* matrix, const std::vector<frame::MatrixField>& fields) {
  std::vector<const char*> types;
  types.reserve(fields.size());
  for (const frame::MatrixField& field : fields) types.push_back(field.categorical() ? "c" : "q");
  return FromReturnCode(
      XGDMatrixSetStrFeatureInfo(matrix, "feature_type", types.data(), types.size()));
}

}  // namespace

XgboostMatrix::XgboostMatrix(void* handle)
    : handle_(handle, [](void* matrix) { XGDMatrixFree(matrix); }) {}

absl::StatusOr<XgboostMatrix> XgboostMatrix::Create(const frame::RowMatrix& rows,
                                                    absl::Span<const double> labels) {
  const std::vector<float> values(rows.values.begin(), rows.values.end());
  DMatrixHandle handle = nullptr;
  CLIENTELE_RETURN_IF_ERROR(
      FromReturnCode(XGDMatrixCreateFromMat(values.data(), rows.rows, rows.fields.size(),
                                            std::numeric_limits<float>::quiet_NaN(), &handle)));
  XgboostMatrix matrix(handle);
  CLIENTELE_RETURN_IF_ERROR(SetFieldTypes(handle, rows.fields));
  if (!labels.empty()) {
    const std::vector<float> targets(labels.begin(), labels.end());
    CLIENTELE_RETURN_IF_ERROR(
        FromReturnCode(XGDMatrixSetFloatInfo(handle, "label", targets.data(), targets.size())));
  }
  return matrix;
}

XgboostSession::XgboostSession(void* handle)
    : handle_(handle, [](void* booster) { XGBoosterFree(booster); }) {}

absl::StatusOr<XgboostSession> XgboostSession::Create(
    const std::vector<const XgboostMatrix*>& matrices,
    const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::vector<DMatrixHandle> handles;
  handles.reserve(matrices.size());
  for (const XgboostMatrix* matrix : matrices) handles.push_back(matrix->handle());
  BoosterHandle handle = nullptr;
  CLIENTELE_RETURN_IF_ERROR(
      FromReturnCode(XGBoosterCreate(handles.data(), handles.size(), &handle)));
  XgboostSession session(handle);
  for (const auto& [name, value] : parameters) {
    CLIENTELE_RETURN_IF_ERROR(
        FromReturnCode(XGBoosterSetParam(handle, name.c_str(), value.c_str())));
  }
  return session;
}

absl::Status XgboostSession::Update(int round, const XgboostMatrix& training) {
  return FromReturnCode(XGBoosterUpdateOneIter(handle_.get(), round, training.handle()));
}

absl::StatusOr<double> XgboostSession::Evaluate(int round, const XgboostMatrix& validation) {
  DMatrixHandle matrix = validation.handle();
  const char* name = "validation";
  const char* line = nullptr;
  CLIENTELE_RETURN_IF_ERROR(
      FromReturnCode(XGBoosterEvalOneIter(handle_.get(), round, &matrix, &name, 1, &line)));
  // "[3]\tvalidation-logloss:0.41"
  const absl::string_view text(line);
  double value = 0;
  const std::size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos || !absl::SimpleAtod(text.substr(colon + 1), &value)) {
    return absl::InternalError("XGBoost gave a measure that is no number");
  }
  return value;
}

absl::StatusOr<std::vector<float>> XgboostSession::Margins(const XgboostMatrix& rows, int rounds) {
  const std::string config =
      absl::StrCat(R"({"type": 1, "training": false, "iteration_begin": 0, "iteration_end": )",
                   rounds, R"(, "strict_shape": true})");
  const bst_ulong* shape = nullptr;
  bst_ulong axes = 0;
  const float* values = nullptr;
  CLIENTELE_RETURN_IF_ERROR(FromReturnCode(XGBoosterPredictFromDMatrix(
      handle_.get(), rows.handle(), config.c_str(), &shape, &axes, &values)));
  bst_ulong count = 1;
  for (bst_ulong axis = 0; axis < axes; ++axis) count *= shape[axis];
  return std::vector<float>(values, values + count);
}

absl::StatusOr<std::string> XgboostSession::ToJson() {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  CLIENTELE_RETURN_IF_ERROR(FromReturnCode(
      XGBoosterSaveModelToBuffer(handle_.get(), R"({"format": "json"})", &size, &bytes)));
  return std::string(bytes, size);
}

}  // namespace clientele::training
