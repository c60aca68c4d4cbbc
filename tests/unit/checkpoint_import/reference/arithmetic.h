#ifndef CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_ARITHMETIC_H_
#define CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_ARITHMETIC_H_

// The steps of a transformer as plain loops in float64, to check modules against. Slow and simple.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace clientele::models::reference {

using Vector = std::vector<double>;
// One vector for each position.
using Rows = std::vector<Vector>;

// Weights by name.
class Checkpoint {
 public:
  void Add(const std::string& name, const at::Tensor& values);
  bool Has(const std::string& name) const { return tensors_.count(name) > 0; }
  Vector Get(const std::string& name) const;
  // Row `index` of a matrix.
  Vector Row(const std::string& name, std::int64_t index) const;
  // W x + b for <name>.weight [outputs, inputs] and, where there is one, <name>.bias; of a
  // Conv1D, whose weight is [inputs, outputs], with `transposed`.
  Vector Linear(const std::string& name, const Vector& x, bool transposed = false) const;
  // The same product with a matrix without bias, under its full name.
  Vector Multiply(const std::string& name, const Vector& x) const;

 private:
  std::map<std::string, at::Tensor> tensors_;
};

Vector Add(const Vector& a, const Vector& b);
Vector Scale(const Vector& a, double factor);
// (x - mean) / sqrt(variance + eps) * weight + bias.
Vector LayerNorm(const Vector& x, const Vector& weight, const Vector& bias, double eps);
// x / sqrt(mean of squares + eps) * weight.
Vector RmsNorm(const Vector& x, const Vector& weight, double eps);
Vector Softmax(const Vector& x);
// By name, from the definition of each.
Vector Activate(const std::string& name, Vector x);

// Attention of `heads` heads of equal width. score(head, i, j, q . k) is the score of query i and
// key j, or -infinity where i must not look. Query head h reads key head h / (heads / key_heads).
using Score =
    std::function<double(std::int64_t head, std::size_t i, std::size_t j, double product)>;
Rows Attend(const Rows& q, const Rows& k, const Rows& v, std::int64_t heads, std::int64_t key_heads,
            const Score& score);

// [positions, width], float32.
at::Tensor ToTensor(const Rows& rows);

}  // namespace clientele::models::reference

#endif  // CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_ARITHMETIC_H_
