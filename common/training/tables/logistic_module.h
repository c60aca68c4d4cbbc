#ifndef CLIENTELE_COMMON_TRAINING_TABLES_LOGISTIC_MODULE_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_LOGISTIC_MODULE_H_

// A logistic regression as a TorchScript module, for a bundle of task TABULAR.
//
//   score(features: float64 [B, F]) -> (predictions [B, 1], margins [B, 1]), float64
//   contributions(features: float64 [B, F]) -> float64 [B, 1, F + 1]
//
// A contribution is how far the field's part of the margin is from its mean over the training's
// rows, which for a linear model is its SHAP value; the mean margin is last.

#include <torch/csrc/jit/api/module.h>

#include "common/frame/field_codes.h"
#include "common/frame/row_matrix.h"
#include "common/training/tables/logistic_regression.h"

namespace clientele::training {

torch::jit::Module MakeLogisticModule(const frame::FieldCodes& codes,
                                      const LogisticWeights& weights,
                                      const frame::CodedRows& training);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_LOGISTIC_MODULE_H_
