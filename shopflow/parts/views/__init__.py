"""Customers' doors: choosing a vehicle, the garage in the account."""
