#include "tests/unit/checkpoint_import/reference/arithmetic.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include <ATen/ATen.h>

namespace clientele::models::reference {
namespace {

double Activated(const std::string& name, double x) {
  const auto sigmoid = [](double t) { return 1 / (1 + std::exp(-t)); };
  const auto gelu = [](double t) { return t * std::erfc(-t / std::numbers::sqrt2) / 2; };
  if (name == "gelu" || name == "gelu_python") return gelu(x);
  if (name == "gelu_10") return std::clamp(gelu(x), -10.0, 10.0);
  if (name == "gelu_new" || name == "gelu_pytorch_tanh" || name == "gelu_python_tanh" ||
      name == "gelu_accurate" || name == "gelu_fast") {
    return x * sigmoid(2 * std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x));
  }
  if (name == "quick_gelu") return x * sigmoid(1.702 * x);
  if (name == "relu") return std::max(x, 0.0);
  if (name == "relu2") return x > 0 ? x * x : 0;
  if (name == "relu6") return std::clamp(x, 0.0, 6.0);
  if (name == "leaky_relu") return x > 0 ? x : x / 100;
  if (name == "silu" || name == "swish") return x * sigmoid(x);
  if (name == "sigmoid") return sigmoid(x);
  if (name == "tanh") return std::tanh(x);
  if (name == "linear") return x;
  if (name == "mish") return x * std::tanh(std::log1p(std::exp(x)));
  if (name == "hardswish") return x * std::clamp(x + 3, 0.0, 6.0) / 6;
  if (name == "laplace") return (1 + std::erf((x - 0.707107) / 0.282095 / std::numbers::sqrt2)) / 2;
  throw std::invalid_argument(name);
}

}  // namespace

void Checkpoint::Add(const std::string& name, const at::Tensor& values) {
  tensors_[name] = values.to(at::kDouble).contiguous();
}

Vector Checkpoint::Get(const std::string& name) const {
  const at::Tensor& values = tensors_.at(name);
  const auto* data = values.data_ptr<double>();
  return {data, data + values.numel()};
}

Vector Checkpoint::Row(const std::string& name, std::int64_t index) const {
  const at::Tensor& values = tensors_.at(name);
  const auto* data = values.data_ptr<double>() + index * values.size(1);
  return {data, data + values.size(1)};
}

Vector Checkpoint::Multiply(const std::string& name, const Vector& x) const {
  Vector y;
  for (std::int64_t row = 0; row < tensors_.at(name).size(0); ++row) {
    const Vector weights = Row(name, row);
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += weights[i] * x[i];
    y.push_back(sum);
  }
  return y;
}

Vector Checkpoint::Linear(const std::string& name, const Vector& x, bool transposed) const {
  Vector y;
  if (transposed) {
    y.assign(static_cast<std::size_t>(tensors_.at(name + ".weight").size(1)), 0);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Vector weights = Row(name + ".weight", static_cast<std::int64_t>(i));
      for (std::size_t j = 0; j < y.size(); ++j) y[j] += weights[j] * x[i];
    }
  } else {
    y = Multiply(name + ".weight", x);
  }
  return Has(name + ".bias") ? reference::Add(y, Get(name + ".bias")) : y;
}

Vector Add(const Vector& a, const Vector& b) {
  Vector sum = a;
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += b[i];
  return sum;
}

Vector Scale(const Vector& a, double factor) {
  Vector product = a;
  for (double& value : product) value *= factor;
  return product;
}

Vector LayerNorm(const Vector& x, const Vector& weight, const Vector& bias, double eps) {
  const auto count = static_cast<double>(x.size());
  double mean = 0;
  for (const double value : x) mean += value / count;
  double variance = 0;
  for (const double value : x) variance += (value - mean) * (value - mean) / count;
  Vector y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    y.push_back((x[i] - mean) / std::sqrt(variance + eps) * weight[i] + bias[i]);
  }
  return y;
}

Vector RmsNorm(const Vector& x, const Vector& weight, double eps) {
  double squares = 0;
  for (const double value : x) squares += value * value;
  const double root = std::sqrt(squares / static_cast<double>(x.size()) + eps);
  Vector y;
  for (std::size_t i = 0; i < x.size(); ++i) y.push_back(x[i] / root * weight[i]);
  return y;
}

Vector Softmax(const Vector& x) {
  const double largest = *std::max_element(x.begin(), x.end());
  Vector y;
  double sum = 0;
  for (const double value : x) sum += y.emplace_back(std::exp(value - largest));
  return Scale(y, 1 / sum);
}

Vector Activate(const std::string& name, Vector x) {
  for (double& value : x) value = Activated(name, value);
  return x;
}

Rows Attend(const Rows& q, const Rows& k, const Rows& v, std::int64_t heads, std::int64_t key_heads,
            const Score& score) {
  const std::size_t width = q[0].size() / static_cast<std::size_t>(heads);
  Rows out;
  for (std::size_t i = 0; i < q.size(); ++i) {
    Vector& row = out.emplace_back();
    for (std::int64_t head = 0; head < heads; ++head) {
      const std::size_t at = static_cast<std::size_t>(head) * width;
      const std::size_t key_at = static_cast<std::size_t>(head / (heads / key_heads)) * width;
      Vector scores;
      for (std::size_t j = 0; j < k.size(); ++j) {
        double product = 0;
        for (std::size_t d = 0; d < width; ++d) product += q[i][at + d] * k[j][key_at + d];
        scores.push_back(score(head, i, j, product));
      }
      const Vector shares = Softmax(scores);
      for (std::size_t d = 0; d < width; ++d) {
        double sum = 0;
        for (std::size_t j = 0; j < k.size(); ++j) sum += shares[j] * v[j][key_at + d];
        row.push_back(sum);
      }
    }
  }
  return out;
}

at::Tensor ToTensor(const Rows& rows) {
  Vector flat;
  for (const Vector& row : rows) flat.insert(flat.end(), row.begin(), row.end());
  return at::tensor(at::ArrayRef<double>(flat))
      .view({static_cast<std::int64_t>(rows.size()), -1})
      .to(at::kFloat);
}

}  // namespace clientele::models::reference
