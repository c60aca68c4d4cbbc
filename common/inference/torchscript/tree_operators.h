#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_TREE_OPERATORS_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_TREE_OPERATORS_H_

// The operators that a module of boosted trees calls. What stands in their tensors:
//
//   features    float64 [rows, features], NaN where a value is missing
//   nodes       int32 [nodes, 6], values float64 [nodes, 2], categories int32 [words],
//   trees       int32 [trees, 2], base float64 [groups]: the fields of TreeEnsembleView
//
//   clientele::tree_margins(features, nodes, values, categories, trees, base)
//       -> float64 [rows, groups]
//   clientele::tree_contributions(the same) -> float64 [rows, groups, features + 1]

namespace clientele::inference {

// Makes the operators known, before a module that calls them is loaded or made. Thread-safe.
void RegisterTreeOperators();

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_TREE_OPERATORS_H_
